"""The instrument's reports, well-formed and hostile, and the commands that put it in; without a browser."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.collectors.trace import records as trace_records
from crawler.collectors.trace.records import TraceRecords
from crawler.collectors.trace.tracer import Tracer

NOW = 1_700_000_000_000.0
FRAMES = [["f", "https://site.test/a.js", 2, 3, None, 0]]


def reported(*messages: Any, session: str = "s", context: int = 1) -> TraceRecords:
    records = TraceRecords()
    for message in messages:
        text = message if isinstance(message, str) else json.dumps(message)
        records.report(session, context, text, NOW)
    return records


def place(number: int = 1, group: str = "Navigator.doNotTrack", subject: str = "") -> list[Any]:
    return ["p", number, group, subject, "https://site.test/", "https://site.test", NOW, FRAMES]


def test_calls_are_counted_by_place() -> None:
    records = reported(
        ["r", "https://site.test/", 1, "https://site.test"],
        place(1),
        place(2, "Navigator.sendBeacon"),
        ["n", [[1, 40, NOW + 5, 0, ["a"], None, 0], [2, 2, NOW + 9, 1, ["b", "c"], None, 0]]],
        ["n", [[1, 41, NOW + 6, 0, ["d"], None, 0]]],
    )
    first, second = records.calls()
    assert (first.count, first.last_unix_ms, first.details, first.sampled) == (41, NOW + 6, ["a", "d"], False)
    assert (second.count, second.details, second.sampled) == (2, ["b", "c"], True)
    assert (first.site.url, first.site.line, first.site.column) == ("https://site.test/a.js", 2, 3)
    assert first.realm.top and records.dropped == 0


def test_realms_are_told_apart_by_session_and_context() -> None:
    records = TraceRecords()
    for context in (1, 2):
        records.report("s", context, json.dumps(place(1)), NOW)
        records.report("s", context, json.dumps(["n", [[1, context * 10, NOW, 0, [], None, 0]]]), NOW)
    assert [p.count for p in records.places] == [10, 20]


def test_storage_writes_keep_the_last_value() -> None:
    records = reported(place(1, "storage.local", "key"), ["n", [[1, 2, NOW, 0, [], "v" * 9_000, 9_000]]])
    [write] = records.storage_writes()
    assert (write.subject, write.value, write.value_length) == ("key", "v" * trace_records.MAX_VALUE_CHARS, 9_000)
    assert list(records.calls()) == []


def test_a_clock_that_was_set_does_not_count() -> None:
    cookie = [
        "c",
        NOW + 3_600_000,
        "document.cookie",
        "a=1",
        "https://site.test/",
        "https://site.test/",
        "o",
        None,
        FRAMES,
    ]
    [write] = reported(cookie).cookie_writes
    assert write.unix_ms == NOW
    cookie[1] = NOW - 800
    assert reported(cookie).cookie_writes[0].unix_ms == NOW - 800


@pytest.mark.parametrize(
    "message",
    [
        "", "{", "[]", "[[]]", "null", '["?"]', '["p"]', '["n", 7]', '["n", [[1]]]', '["c", "soon"]', '["r", 1, 1, 1]',
        ["p", "x", "g", "", "u", "o", NOW, []], ["p", 1, 2, "", "u", "o", NOW, []], '["x", 1]',
        ["c", None, "", "", "", "", "", "", []], "x" * (trace_records.MAX_PAYLOAD_CHARS + 1),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_counted_and_harms_nothing(message: Any) -> None:
    records = reported(message, place(5), ["n", [[5, 3, NOW, 0, [], None, 0]]])
    assert records.dropped >= 1
    assert [p.count for p in records.places] == [3]


def test_hostile_reports_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_records, "MAX_PLACES", 10)
    monkeypatch.setattr(trace_records, "MAX_COOKIE_WRITES", 10)
    monkeypatch.setattr(trace_records, "MAX_REALMS", 10)
    cookie = ["c", NOW, "v" * 999, "x" * 99_999, "u" * 99_999, "b" * 99_999, "o" * 99_999, "e" * 999, FRAMES]
    records = TraceRecords()
    for number in range(50):
        records.report(
            "s", number, json.dumps(["p", 1, "g" * 999, "k" * 9_999, "u" * 9_999, "o" * 9_999, NOW, FRAMES]), NOW
        )
        records.report("s", number, json.dumps(cookie), NOW)
        many = ["n", [[1, 10**30, NOW, 0, ["d" * 9_999] * 99, None, 0]]]
        records.report("s", number, json.dumps(many), NOW)
    assert len(records.places) == len(records.cookie_writes) == 10
    assert records.dropped == 40 * 3
    assert max(len(text) for p in records.places for text in (p.group, p.subject, p.frame_url, *p.details)) <= 2_048
    assert max(len(w.line) + len(w.document_url) for w in records.cookie_writes) < 11_000
    assert {len(p.details) for p in records.places} == {trace_records.MAX_DETAILS}
    assert {p.count for p in records.places} == {1 << 53}


def test_half_of_a_pair_is_no_reason_to_lose_a_report() -> None:
    records = TraceRecords()
    message = json.dumps(place(1, "storage.local", "key\ud800"), ensure_ascii=False)
    records.report("s", 1, message, NOW)
    assert [p.subject for p in records.places] == ["key?"] and records.dropped == 0


def methods(commands: tuple[tuple[str, dict[str, Any]], ...]) -> list[str]:
    return [method for method, _ in commands]


def test_documents_get_it_as_a_script_and_only_once() -> None:
    tracer = Tracer()
    commands = tracer.begin("s1", "t1", "page")
    assert methods(commands)[-2:] == ["Runtime.addBinding", "Page.addScriptToEvaluateOnNewDocument"]
    (name, script) = (given for method, given in commands if method[-3:] in ("ing", "ent"))
    assert name["name"] in script["source"] and script["runImmediately"] is True
    assert tracer.begin("s2", "t1", "page") == ()
    assert tracer.begin("s3", "t2", "iframe") != ()
    assert tracer.begin("s4", "t3", "auction_worklet") == ()


def test_workers_are_held_at_their_first_script_and_always_let_go() -> None:
    tracer = Tracer()
    for number, kind in enumerate(("worker", "shared_worker", "service_worker")):
        session = f"s{number}"
        begun = methods(tracer.begin(session, f"t{number}", kind))
        assert begun == ["Debugger.enable", "Debugger.setInstrumentationBreakpoint"], (
            "nothing runs in an unfinished one"
        )
        assert tracer.begin(session + "b", f"t{number}", kind) == (), "a service worker is attached twice"
        parsed = {"url": "https://site.test/w.js"}
        assert methods(tracer.event(session, "Debugger.scriptParsed", {"url": ""}, NOW)) == []
        assert methods(tracer.event(session, "Debugger.scriptParsed", parsed, NOW)) == [
            "Runtime.addBinding",
            "Runtime.evaluate",
        ]
        assert methods(tracer.event(session, "Debugger.scriptParsed", parsed, NOW)) == []
        for _ in range(2):
            assert methods(tracer.event(session, "Debugger.paused", {}, NOW))[-2:] == [
                "Debugger.resume",
                "Debugger.disable",
            ]


def test_names_are_drawn_anew_for_every_visit_and_others_are_not_listened_to() -> None:
    one, two = Tracer(), Tracer()
    assert one.begin("s", "t", "page") != two.begin("s", "t", "page")
    call = {"name": "other", "executionContextId": 1, "payload": json.dumps(place(1))}
    assert one.event("s", "Runtime.bindingCalled", call, NOW) == () and one.records.places == []
    assert one.event(None, "Runtime.bindingCalled", call, NOW) == ()


def test_the_script_is_whole() -> None:
    source = Tracer()._script()
    assert "PARTS" not in source.partition("use strict")[2]
    assert "document.cookie" in source and "getParameter" in source
