"""One pass over all tables: what is odd about one keeps no other from being judged."""

from dataclasses import replace

from store_matching.landing import load_batch
from store_matching.sentinel.finding_rows import rows_of
from store_matching.sentinel.scan_all import ledger_folder, scan_lake, utc_now

from .conftest import GI, LATER, window

TH = replace(GI, table_name="raw.th_stores", source_system="TH")


def test_an_error_that_nobody_foresaw_keeps_no_other_table_from_being_judged(local):
    local.load(11, "ab")
    path = local.folder / "th.csv"
    path.write_text("id,name\nt,store t\n")
    load_batch(local.lake, "TH", path, window(11))
    local.lose_by_kill(12, "cde")
    ledger = ledger_folder(local.lake) / str(local.lake.table("raw.th_stores").metadata.table_uuid)
    ledger.mkdir(parents=True)
    # No Parquet file: DuckDB's own error, which no one turns into a sentence.
    (ledger / "files-odd.parquet").write_bytes(b"odd")
    scan = scan_lake(local.lake, [TH, GI], now=lambda: utc_now() + LATER)
    assert [table.watched.table_name for table in scan.tables] == ["raw.gi_stores"]
    assert "lost_batch" in {f.finding_class for f in scan.findings}
    (reason,) = scan.failures.values()
    assert "files-odd.parquet" in reason
    assert "what to do: " in reason and "--table raw.th_stores" in reason
    rows = rows_of(scan.findings, scan.failures, scan.at)
    (row,) = [row for row in rows if row["table_name"] == "raw.th_stores"]
    assert (row["finding_class"], row["file_path"]) == ("unreadable", "raw.th_stores")
