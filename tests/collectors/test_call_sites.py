from __future__ import annotations

from typing import Any

import pytest

from crawler.collectors.trace import call_sites
from crawler.collectors.trace.call_sites import UNKNOWN, CallSite

A, B = "https://site.test/a.js", "https://site.test/b.js"


def frame(
    name: str | None, file: str | None, line: int, column: int, origin: str | None = None, more: int = 0
) -> list[Any]:
    return [name, file, line, column, origin, more]


def position(*frames: list[Any]) -> tuple[str | None, int | None, int | None]:
    site = call_sites.read(list(frames))
    return site.url, site.line, site.column


def test_the_innermost_call_is_the_site() -> None:
    site = call_sites.read([frame("save", A, 3, 7), frame(None, B, 1, 2, None, 1)])
    assert site == CallSite(A, 3, 7, (f"save {A}:3:7", "(async) await", f"(anonymous) {B}:1:2"))


def test_evaluated_code_counts_where_it_was_called() -> None:
    origin = f"eval at run ({A}:1:5)"
    assert position(frame("eval", None, 9, 9, origin), frame("run", A, 14, 5)) == (A, 14, 5)
    assert position(frame("eval", None, 9, 9, origin), frame("run", B, 14, 5)) == (A, 1, 5), "elsewhere"
    assert position(frame("eval", None, 9, 9, origin)) == (A, 1, 5), "and when that is long over"


def test_nested_evaluation_is_traced_to_its_beginning() -> None:
    origin = f"eval at inner (eval at <anonymous> ({A}:4:6), <anonymous>:1:1)"
    assert position(frame(None, None, 1, 1, origin)) == (A, 4, 6)
    odd = "eval at f (https://site.test/a_(1).js:2:3)"
    assert position(frame(None, None, 1, 1, odd)) == ("https://site.test/a_(1).js", 2, 3)


def test_code_without_an_address_has_none() -> None:
    assert call_sites.read([frame(None, None, 1, 17)]) == CallSite(None, None, None, ("(anonymous) :0:0",))
    assert position(frame(None, None, 1, 17, "eval at nowhere")) == (None, None, None)


def test_a_script_that_was_put_in_as_text_counts_where_that_was_done() -> None:
    assert position(frame(None, None, 1, 17), frame("append", A, 5, 141)) == (A, 5, 141)


@pytest.mark.parametrize("frames", [None, 7, "x", [], [1], [[]], [["f", A, 1]], {"a": 1}])
def test_a_bad_shape_is_no_site(frames: Any) -> None:
    assert call_sites.read(frames) == UNKNOWN


def test_hostile_frames_are_bounded() -> None:
    site = call_sites.read([frame("f" * 9_000, A + "x" * 9_000, -1, True)] * 500)
    assert len(site.stack) == call_sites.MAX_FRAMES and len(site.stack[0]) < 2_400
    assert (site.line, site.column) == (None, None)
    faked = call_sites.read([frame("x\n    at https://innocent.test/:1:1", A, 1, 1)])
    assert faked.url == A, "a function's name is no address"
