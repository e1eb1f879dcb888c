"""An alert is told once, again when it changes, and never lost when its receiver is away."""

import json
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from store_matching.ops.store import OpsStore
from store_matching.sentinel import alerts as alerts_module
from store_matching.sentinel.alerts import alert_of, send_alerts, text_of, webhook
from store_matching.sentinel.findings import keep_findings
from store_matching.sentinel.types import Batch, Cause, Finding, FindingClass, Severity

from .conftest import window

NOW = datetime(2026, 11, 20, 15)
LOST = Finding(
    "raw.gi_stores",
    FindingClass.LOST_BATCH,
    file_path="/lake/raw/gi_stores/data/a.parquet",
    modified_at=datetime(2026, 11, 20, 12, 40),
    batch=Batch("b12", window(12), "least and greatest value"),
    row_count=1200,
    live_key_count=0,
    cause=Cause.COMMIT_CONFLICT,
    evidence="its commit was refused: batch b13 was committed first",
    recommended_action="python scripts/recover_batch.py --apply --file /lake/raw/gi_stores/data/a.parquet",
    table_uuid="u",
    source_system="GI",
    owner="loading",
    confirmed_at=NOW,
)


class Receiver:
    """A loopback server that keeps what is posted and answers with the codes it is given, then 200."""

    def __init__(self, codes: list[int]) -> None:
        self.codes = codes
        self.posted: list[dict] = []

    @contextmanager
    def serve(self) -> Iterator[str]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                code = receiver.codes.pop(0) if receiver.codes else 200
                if code == 200:
                    receiver.posted.append(body)
                self.send_response(code)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/alerts"
        finally:
            server.shutdown()
            server.server_close()


@pytest.fixture
def ops(local):
    """OPS of a lake."""
    return local.lake.ops


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """Tries follow each other at once."""
    monkeypatch.setattr(alerts_module, "WEBHOOK_WAIT_SECONDS", 0.0)


def told(ops, *findings, tables=("raw.gi_stores",)):
    """Keep findings as a scan does and send their alerts; return those that were sent."""
    sent = []
    send_alerts(ops, keep_findings(ops, findings, tables, NOW), [sent.append], NOW)
    return sent


def test_a_finding_is_told_once(ops):
    assert [alert["class"] for alert in told(ops, LOST)] == ["lost_batch"]
    assert told(ops, LOST) == []


@pytest.mark.parametrize(
    "change",
    [
        {"finding_class": FindingClass.PARTLY_DUPLICATE, "live_key_count": 7},
        {"live_key_count": 7},
        {"severity_given": Severity.WARNING},
    ],
)
def test_a_finding_that_changed_is_told_again(ops, change):
    told(ops, LOST)
    assert len(told(ops, LOST.with_(**change))) == 1
    assert told(ops, LOST.with_(**change)) == []


def test_that_it_is_resolved_is_told_once(ops):
    told(ops, LOST)
    (alert,) = told(ops)
    assert alert["text"].startswith("Resolved in raw.gi_stores: /lake/raw/gi_stores/data/a.parquet")
    assert told(ops) == []
    # Lost again is news.
    assert [found["class"] for found in told(ops, LOST)] == ["lost_batch"]


def test_what_is_not_confirmed_or_only_information_is_not_told(ops):
    assert told(ops, LOST.with_(confirmed_at=None)) == []
    assert told(ops, LOST.with_(severity_given=Severity.INFO)) == []


def test_two_processes_that_send_at_once_tell_it_once(ops):
    keep_findings(ops, [LOST], ["raw.gi_stores"], NOW)
    sent, errors = [], []
    barrier = threading.Barrier(4)

    def send() -> None:
        barrier.wait()
        try:
            send_alerts(OpsStore(ops.file), [LOST], [sent.append], NOW)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(sent) == 1


def test_an_alert_whose_process_ended_while_it_was_sent_is_sent_again_a_minute_later(ops, monkeypatch):
    kept = keep_findings(ops, [LOST], ["raw.gi_stores"], NOW)

    def ends(alert):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_alerts(ops, kept, [ends], NOW)
    # Until then it may be another process that is sending it still.
    assert told(ops, LOST) == []
    monkeypatch.setattr(alerts_module, "CLAIM", timedelta(0))
    assert len(told(ops, LOST)) == 1
    assert told(ops, LOST) == []


def test_a_person_reads_what_is_missing_which_window_since_when_and_what_to_do():
    assert text_of(LOST).splitlines() == [
        "A batch is missing from raw.gi_stores (lost_batch)",
        "  window: 2026-11-20 12:00 UTC, batch b12",
        "  rows: 1,200, of which 1,200 are missing",
        "  file: /lake/raw/gi_stores/data/a.parquet",
        "  since: 2026-11-20 12:40:00 UTC",
        "  cause: commit conflict",
        "  evidence: its commit was refused: batch b13 was committed first",
        "  what to do: python scripts/recover_batch.py --apply --file /lake/raw/gi_stores/data/a.parquet",
        "  owner: loading",
    ]


def test_the_webhook_gets_the_alert_as_json(ops):
    receiver = Receiver([])
    with receiver.serve() as url:
        send_alerts(ops, keep_findings(ops, [LOST], ["raw.gi_stores"], NOW), [webhook(url)], NOW)
    (posted,) = receiver.posted
    assert posted == json.loads(json.dumps(alert_of(LOST.with_(first_seen_at=NOW))))
    assert (posted["severity"], posted["window_start"]) == ("critical", "2026-11-20T12:00:00")


def test_a_webhook_that_stumbles_is_tried_again(ops):
    receiver = Receiver([503, 500])
    with receiver.serve() as url:
        send_alerts(ops, keep_findings(ops, [LOST], ["raw.gi_stores"], NOW), [webhook(url)], NOW)
    assert len(receiver.posted) == 1


@pytest.mark.parametrize("codes", [[503, 503, 503], [404]])
def test_an_alert_that_was_not_taken_is_sent_with_the_next_pass(ops, codes):
    receiver = Receiver(list(codes))
    kept = keep_findings(ops, [LOST], ["raw.gi_stores"], NOW)
    with receiver.serve() as url:
        with pytest.raises(OSError, match=str(codes[0])):
            send_alerts(ops, kept, [webhook(url)], NOW)
        assert receiver.codes == []
        send_alerts(ops, kept, [webhook(url)], NOW)
    assert len(receiver.posted) == 1


@contextmanager
def not_http():
    """The address of a loopback server that answers, but not as HTTP does."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        connection.recv(65536)
                        connection.sendall(b"garbage\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/SECRET"
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "address",
    [
        "hooks.example.com/SECRET",
        "http://127.0.0.1:SECRET/",
        "http://127.0.0.1:9/a path/SECRET",
        "http://[SECRET",
        "http://127.0.0.1:9/SECRET",
        "http://user:SECRET@127.0.0.1:9/",
    ],
)
def test_an_address_that_cannot_be_used_is_an_error_that_does_not_tell_it(address):
    with pytest.raises(OSError) as raised:
        webhook(address)({})
    assert "SECRET" not in "".join(traceback.format_exception(raised.value))


def test_a_receiver_that_does_not_speak_http_ends_no_pass(ops):
    kept = keep_findings(ops, [LOST], ["raw.gi_stores"], NOW)
    with not_http() as address, pytest.raises(OSError, match=r"at 127\.0\.0\.1 cannot be reached") as raised:
        send_alerts(ops, kept, [webhook(address)], NOW)
    assert "SECRET" not in str(raised.value)


@pytest.mark.parametrize("codes", [[404], [500, 500, 500]])
def test_what_a_webhook_refuses_is_told_without_its_address(codes):
    receiver = Receiver(codes)
    with receiver.serve() as url, pytest.raises(OSError, match=str(codes[0])) as raised:
        webhook(url + "/SECRET")({})
    assert "SECRET" not in str(raised.value) and "127.0.0.1" in str(raised.value)


def test_a_webhook_that_is_away_does_not_keep_others_from_it(ops):
    sent = []
    kept = keep_findings(ops, [LOST], ["raw.gi_stores"], NOW)
    with pytest.raises(OSError, match="cannot be reached"):
        send_alerts(ops, kept, [webhook("http://127.0.0.1:9/"), sent.append], NOW)
    assert len(sent) == 1
