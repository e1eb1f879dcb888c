"""Print, as JSON, the names of functions that Snowpark or sqlglot's Snowflake dialect knows, in small letters.

Run by the environment .venv-snowflake, which has both.
"""

import json
import sys

import snowflake.snowpark.functions as snowpark
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.parser import Parser

# What sqlglot knows of any dialect says nothing of Snowflake.
of_snowflake = Snowflake.Parser.FUNCTIONS.keys() - Parser.FUNCTIONS.keys()
sys.stdout.write(json.dumps(sorted({name.lower() for name in (*dir(snowpark), *of_snowflake)})))
