"""From the end of a writer's grace to the alarm pass at most two scan intervals."""

from datetime import timedelta

import pytest

from store_matching.sentinel.alerts import send_alerts
from store_matching.sentinel.scan_all import scan_lake, utc_now

from .conftest import GI

INTERVAL = timedelta(minutes=15)


@pytest.mark.parametrize("first_pass", [0.0, 4.9, 5.1, 10.0, 14.9])
def test_the_alarm_comes_within_two_intervals_of_the_end_of_the_grace(local, first_pass):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    grace_ends = utc_now() + GI.grace
    for number in range(5):
        moment = utc_now() + timedelta(minutes=first_pass) + number * INTERVAL
        scan = scan_lake(local.lake, [GI], now=lambda moment=moment: moment)
        sent = []
        send_alerts(local.lake.ops, scan.findings, [sent.append], moment)
        if "lost_batch" in {alert["class"] for alert in sent}:
            break
    else:
        pytest.fail("no alarm")
    assert timedelta() <= moment - grace_ends + timedelta(seconds=5)
    assert moment - grace_ends <= 2 * INTERVAL
