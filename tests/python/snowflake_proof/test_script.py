"""scripts/verify_snowflake.py as somebody starts it, without an account."""

import os
import re
import subprocess
import sys

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from store_matching.snowflake_proof.choose import chosen_claims
from store_matching.snowflake_proof.claims import ALL


def start(repository, *arguments, **variables):
    environment = os.environ | {"DBT_PROFILES_DIR": str(repository / "nowhere")} | variables
    command = [sys.executable, repository / "scripts/verify_snowflake.py", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_the_claims_are_listed_without_an_account(repository):
    done = start(repository, "--list")
    assert done.returncode == 0
    assert re.findall(r"^  (\w+)", done.stdout, flags=re.MULTILINE) == [claim.name for claim in ALL]


def test_missing_settings_are_named(repository):
    done = start(repository)
    assert done.returncode == 2
    assert "set the environment variable SNOWFLAKE_ACCOUNT" in done.stderr


def test_production_is_refused_before_anything_is_asked_of_snowflake(repository, tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file = tmp_path / "key.p8"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    login = {"SNOWFLAKE_ACCOUNT": "org-acc", "SNOWFLAKE_USER": "u", "SNOWFLAKE_PRIVATE_KEY_PATH": str(file)}
    done = start(repository, "--database", "store_matching", **login)
    assert done.returncode == 2
    assert "the proof does not run in STORE_MATCHING" in done.stderr
    done = start(repository, "--database", "analytics", SNOWFLAKE_DATABASE="ANALYTICS", **login)
    assert "the proof does not run in ANALYTICS" in done.stderr


def test_a_claim_that_is_none_is_refused(repository):
    done = start(repository, "--only", "nothing")
    assert done.returncode == 2
    assert "there is no claim or group 'nothing'" in done.stderr


def test_a_claim_brings_those_that_it_builds_on():
    assert [claim.name for claim in chosen_claims(["roll_back"])] == ["build", "publish", "break", "roll_back"]
    assert [claim.name for claim in chosen_claims(["storage", "quotient"])] == [
        *("quotient", "list_stage", "directory_of_stage")
    ]
    assert chosen_claims([]) == list(ALL)


def test_names_are_given_once_and_claims_build_on_earlier_ones():
    names = [claim.name for claim in ALL]
    assert len(names) == len(set(names))
    for place, claim in enumerate(ALL):
        assert set(claim.after) <= set(names[:place])
