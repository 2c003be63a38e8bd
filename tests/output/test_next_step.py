"""What to do next, in words: from the reasons of gaps, and with the product's name."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from crawler import evidence
from crawler.output import next_step
from crawler.output.headline import headline
from crawler.rules.case.model import Shortfall


def gaps(*reasons: str) -> dict[str, Any]:
    return {"gaps": [{"arm": "gpc", "url": "https://a.example/", "reason": reason} for reason in reasons]}


def test_the_commonest_reason_comes_first_and_the_end_is_plain() -> None:
    says = next_step.for_gaps(gaps("timeout", "bot-wall", "bot-wall"))
    assert says.index("bot wall") < says.index("slow")
    assert says.endswith("Then run again. Until then this is no clean result.")


def test_a_certificate_that_is_not_trusted_has_a_way_out_of_its_own() -> None:
    verdicts = gaps("unreachable", "vendor-unreachable")
    assert "--ca-cert" not in next_step.for_gaps(verdicts)
    verdicts["gaps"][1]["detail"] = "net::ERR_CERT_AUTHORITY_INVALID"
    assert "--ca-cert" not in next_step.for_gaps(verdicts), "a vendor's certificate is not the site's"
    verdicts["gaps"][0]["detail"] = "Page.goto: net::ERR_CERT_AUTHORITY_INVALID at https://a.example/"
    assert "--ca-cert" in next_step.for_gaps(verdicts)


@pytest.mark.parametrize("reason", sorted(next_step.BY_REASON))
def test_each_reason_has_a_way_out(reason: str) -> None:
    assert next_step.BY_REASON[reason] in next_step.for_gaps(gaps(reason))


def test_every_option_that_is_named_is_one_of_the_program() -> None:
    options = set(re.findall(r"--[a-z-]+", " ".join([*next_step.BY_REASON.values(), next_step.REPEAT])))
    assert options <= {"--jobs", "--repeat", "--ignore-robots"}


def test_an_unknown_reason_and_no_gap_at_all_still_say_what_to_do() -> None:
    assert "Close the gaps" in next_step.for_gaps(gaps("meteor"))
    assert "--repeat" in next_step.for_gaps({})


OF_THE_COMPARISON = {"another-page"}
"""Reasons that no single visit has; the arms held against each other show them."""


def test_every_word_that_the_evidence_uses_has_a_way_out() -> None:
    listed = re.search(r"A word: ([^.]+)\.", inspect.getsource(evidence.Gap))
    assert listed is not None
    reasons = {word.strip() for word in listed.group(1).split(",")}
    assert len(reasons) >= 13 and reasons - {"error"} == set(next_step.BY_REASON) - OF_THE_COMPARISON
    for reason in OF_THE_COMPARISON:
        assert f" {reason}" in inspect.getsource(Shortfall)


@pytest.mark.parametrize(
    ("remedy", "name", "says"),
    [
        ("Do not load the vendor.", "Google Ads", "Do not load Google Ads."),
        ("The vendor must go.", "Hotjar", "Hotjar must go."),
        ("Read the vendor's terms.", "Hotjar", "Read the vendor's terms."),
        ("Name the vendors.", "Hotjar", "Name the vendors."),
        ("Do not load the vendor.", "", "Do not load the vendor."),
        ("Do not load the vendor.", r"\\1 \\g<0>", r"Do not load \\1 \\g<0>."),
    ],
)
def test_the_vendor_gets_its_name(remedy: str, name: str, says: str) -> None:
    assert next_step.naming(remedy, name) == says


@pytest.mark.parametrize(
    ("remedy", "name", "says"),
    [
        ("Neither set nor send it.", "Meta Pixel", "Meta Pixel: neither set nor send it."),
        ("GPC must stop it.", "Meta Pixel", "Meta Pixel: GPC must stop it."),
        ("Remove Meta Pixel.", "Meta Pixel", "Remove Meta Pixel."),
        ("Repeat the run.", "", "Repeat the run."),
        ("", "Meta Pixel", ""),
    ],
)
def test_a_remedy_on_its_own_names_the_product(remedy: str, name: str, says: str) -> None:
    assert next_step.standing_alone(remedy, name) == says


def test_after_a_pass_the_rest_is_said() -> None:
    assert "The 1 sentence that was not checked needs other proof" in next_step.for_pass(1)
    assert "other proof" not in next_step.for_pass(0)


def test_gaps_of_explaining_visits_give_no_orders() -> None:
    found = gaps("timeout")
    found["gaps"] += [{"arm": "trace", "url": "https://a.example/", "reason": "bot-wall"}] * 9
    assert next_step.BY_REASON["timeout"] in next_step.for_gaps(found)
    assert next_step.BY_REASON["bot-wall"] not in next_step.for_gaps(found)


def test_a_pass_with_a_gap_of_an_explaining_visit_does_not_say_that_there_is_no_gap() -> None:
    clean: dict[str, Any] = {"exit_code": 0, "claims": [{"id": "D1", "outcome": "pass"}], "rules": [], "findings": []}
    assert headline(clean | {"gaps": []}, []).seen.endswith("no gaps in the evidence.")
    explaining = [{"arm": "trace", "url": "", "reason": "crash"}]
    assert headline(clean | {"gaps": explaining}, []).seen.endswith("no gaps in the evidence that is compared.")
    undecided = clean | {"exit_code": 3, "gaps": [*explaining, {"arm": "gpc", "url": "", "reason": "crash"}]}
    assert headline(undecided, []).seen.startswith("1 gap in the evidence")
