from __future__ import annotations

import pytest

from crawler.collectors.signal_proof import prove
from crawler.evidence import Arm
from tests.collectors.rows import request

WITH, WITHOUT = request(sec_gpc=True), request(sec_gpc=False)
TRUE, FALSE = ("https://site.test/=true",), ("https://site.test/=false",)


def test_all_three_agree() -> None:
    on = prove(Arm.GPC, True, "native", TRUE, [WITH, WITH])
    assert (on.proven, on.wanted, on.requests_with, on.requests_of) == (True, True, 2, 2)
    off = prove(Arm.CONTROL, False, "native", FALSE, [WITHOUT])
    assert (off.proven, off.wanted, off.requests_with, off.requests_of) == (True, False, 0, 1)


@pytest.mark.parametrize("arm", [Arm.DNT, Arm.NO_COOKIES, Arm.DECLINE, Arm.TRACE])
def test_every_other_arm_must_be_silent(arm: Arm) -> None:
    assert prove(arm, False, "native", FALSE, [WITHOUT]).proven
    assert not prove(arm, False, "native", FALSE, [WITHOUT, WITH]).proven


def test_one_request_without_it_spoils_the_proof_and_is_named() -> None:
    stray = request("https://stray.test/x")
    proof = prove(Arm.GPC, True, "native", TRUE, [WITH, stray])
    assert not proof.proven
    assert "1 of 2" in proof.why and "https://stray.test/x" in proof.why


@pytest.mark.parametrize(
    "columns",
    [
        {"resource_type": "websocket"},
        {"resource_type": "preflight"},
        {"wire_class": "report"},
        {"wire_class": "fedcm"},
        {"wire_class": "worker-update"},
        {"wire_class": "download"},
        {"wire_class": "background-fetch"},
        {"wire_class": "speculation"},
    ],
)
def test_kinds_that_never_carry_it_are_exempt(columns: dict[str, str]) -> None:
    proof = prove(Arm.GPC, True, "native", TRUE, [WITH, request(**columns)])
    assert proof.proven
    assert (proof.requests_of, proof.exempt) == (1, 1)
    assert not prove(Arm.CONTROL, False, "native", FALSE, [WITHOUT, request(sec_gpc=True, **columns)]).proven


@pytest.mark.parametrize("columns", [{"resource_type": "csp-report"}, {"wire_class": "unload-beacon"}])
def test_kinds_that_do_carry_it_are_not(columns: dict[str, str]) -> None:
    assert not prove(Arm.GPC, True, "native", TRUE, [WITH, request(**columns)]).proven


def test_own_traffic_and_what_never_left_do_not_count() -> None:
    others = [request(own_traffic=True), request(on_wire=False, seen_by="cdp")]
    assert prove(Arm.GPC, True, "native", TRUE, [WITH, *others]).requests_of == 1


@pytest.mark.parametrize("arm", [Arm.GPC, Arm.CONTROL])
def test_nothing_seen_proves_nothing(arm: Arm) -> None:
    on = arm is Arm.GPC
    assert not prove(arm, on, "native", TRUE if on else FALSE, []).proven
    assert not prove(arm, on, "native", TRUE if on else FALSE, [request(own_traffic=True)]).proven
    assert not prove(arm, on, "native", (), [WITH if on else WITHOUT]).proven


@pytest.mark.parametrize(
    ("arm", "cdp", "values"),
    [
        (Arm.GPC, False, TRUE),
        (Arm.GPC, None, TRUE),
        (Arm.GPC, True, FALSE),
        (Arm.GPC, True, (*TRUE, "https://frame.test/?a=b=undefined")),
        (Arm.CONTROL, True, FALSE),
        (Arm.CONTROL, None, FALSE),
        (Arm.CONTROL, False, (*FALSE, "https://frame.test/=true")),
    ],
)
def test_a_browser_or_a_frame_that_disagrees(arm: Arm, cdp: bool | None, values: tuple[str, ...]) -> None:
    rows = [WITH if arm is Arm.GPC else WITHOUT]
    proof = prove(arm, cdp, "native", values, rows)
    assert not proof.proven
    assert proof.why.endswith((".", "wanted."))


def test_emulation_has_no_browser_to_ask() -> None:
    assert prove(Arm.GPC, None, "emulated", TRUE, [WITH]).proven
    assert prove(Arm.CONTROL, None, "none", ("https://site.test/=undefined",), [WITHOUT]).proven
