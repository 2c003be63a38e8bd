"""Times of a visit while somebody sets the machine's clock."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from crawler.collectors import netlog
from crawler.collectors.devtools.records import CdpRecords
from crawler.collectors.visit_clock import VisitClock
from tests.collectors.netlog_text import OFFSET_MS, NetLogText

HOUR_S = 3600.0


def test_setting_the_machines_clock_does_not_move_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time
    clock = VisitClock()
    before = clock.now_ms()
    for jump_s in (HOUR_S, -HOUR_S):
        monkeypatch.setattr(time, "time", lambda jump_s=jump_s: now() + jump_s)
        assert 0 <= clock.now_ms() - before < 60_000
    assert abs(before / 1000 - now()) < 60, "it began as the machine's own"


def test_devtools_times_are_read_off_its_ticks_not_off_the_machines_clock() -> None:
    records = CdpRecords(clock=VisitClock(offset_ms=1_000_000))
    for number, (ticks_s, wall_s) in enumerate([(5.0, 1005.0), (6.0, 1006.0 + HOUR_S), (7.0, 1007.0 - HOUR_S)]):
        request = {"url": f"https://site.test/{number}", "method": "GET"}
        records.event(
            None,
            "Network.requestWillBeSent",
            {"requestId": str(number), "request": request, "timestamp": ticks_s, "wallTime": wall_s},
        )
    assert [request.unix_ms for request in records.requests] == [1_005_000, 1_006_000, 1_007_000]


def test_a_log_can_be_put_on_it(tmp_path: Path) -> None:
    text = NetLogText()
    text.start("https://site.test/")
    path = text.write(tmp_path)
    own, shifted = netlog.read(path), netlog.read(path, offset_ms=5.0)
    assert own.hops[0].unix_ms - shifted.hops[0].unix_ms == OFFSET_MS - 5.0
