"""From the extracts to a release on the emulator: the loader's rows are built, requests and labels are obeyed."""

import subprocess
import sys
from datetime import datetime

import pytest

from store_matching.healing.snowflake_place import SnowflakePlace
from store_matching.landing.snowflake_load import load_batch_into_snowflake
from store_matching.operations.snowflake_session import SnowflakeSession
from tests.python.healing.matching_project import MatchingProject
from tests.snowflake.emulated_tables import EmulatedTables
from tests.snowflake.emulator import REPOSITORY, EmulatedAccount


@pytest.mark.long
def test_what_was_loaded_is_released_and_what_was_asked_is_done(tmp_path):
    extracts = tmp_path / "extracts"
    generate = [sys.executable, REPOSITORY / "scripts/generate_stores.py", "--stores", "150", "--seed", "7"]
    subprocess.run([*generate, "--out", extracts], check=True, stdout=subprocess.DEVNULL)
    account = EmulatedAccount(tmp_path / "emulated", MatchingProject(tmp_path / "source").root)
    with account.server() as port:
        tables = EmulatedTables(account.root, port)
        with tables.session:
            for source in ("GI", "TH"):
                file = extracts / f"{source.lower()}.csv"
                assert load_batch_into_snowflake(tables.session, source, file, datetime(2026, 1, 1)).rows_accepted
    assert "release 1 published" in account.dbt("build")
    with (
        account.server() as port,
        SnowflakePlace(SnowflakeSession(tables.settings | {"port": port}, "a_test")) as place,
    ):
        [gi, *_], [th, *_] = (place.stores_where(f"match_status = '{source}_ONLY'") for source in ("GI", "TH"))
        assert place.known_stores([gi, th]) == [gi, th]
        assert place.request([gi], "a test", "by-hand") == [gi]
        place.add_label(gi, th, "match", "a test")
    said = account.dbt("build")
    assert "release 2 published" in said
    assert "1 triggers consumed" in said
    matched = account.execute(
        f"select partner_store_key, decided_by from STAGING.store_matches where store_key = '{gi}'"
    )
    assert matched == [[th, "steward"]]
