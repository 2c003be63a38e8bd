"""Both arms must be shown the same page: a wall that answers only the signal is no clean result."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crawler import rules
from crawler.evidence import Arm
from crawler.findings import Outcome, Severity
from crawler.rules.case import case_from
from crawler.rules.case.model import Shortfall
from tests.rules.world import SITE, TODAY, FakeBundle, a_bundle, a_company, visits_of

LINKS = tuple(f"{SITE}/{name}" for name in ("a", "b", "c", "d"))


def run(control: dict[str, Any], gpc: dict[str, Any], first: dict[str, Any] | None = None) -> FakeBundle:
    """Three visits of a page in each arm; `first` changes the first visit with the signal."""
    bundle = a_bundle(visits_of([f"{SITE}/"]))
    facts = {Arm.CONTROL: control, Arm.GPC: gpc}
    pages = [replace(page, **facts[page.arm]) for page in bundle.streams["pages"]]
    if first is not None:
        place = next(number for number, page in enumerate(pages) if page.arm is Arm.GPC)
        pages[place] = replace(pages[place], **first)
    bundle.streams["pages"] = pages
    return bundle


def found(bundle: FakeBundle) -> list[Shortfall]:
    return [s for s in case_from(bundle, a_company(), TODAY).shortfalls if s.reason == "another-page"]


@pytest.mark.parametrize("links", [(), LINKS])
def test_a_wall_that_answers_the_signal_is_a_shortfall(links: tuple[str, ...]) -> None:
    bundle = run({"title": "Acme", "links": links}, {"title": "Sorry"})
    [short] = found(bundle)
    assert (short.arm, short.url, short.severity) == ("gpc", f"{SITE}/", Severity.HIGH)
    assert short.detail == "with the signal the site showed another page: 'Sorry' instead of 'Acme'"
    outcome = rules.crawl_incomplete.judge(case_from(bundle, a_company(), TODAY)).outcome
    assert outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("control", "gpc", "first"),
    [
        ({"title": "Acme"}, {"title": "Acme"}, None),
        ({"title": "Acme", "links": LINKS}, {"title": "Acme, opted out", "links": LINKS[:2]}, None),
        ({"title": "Acme", "links": LINKS}, {"title": "Acme", "links": ()}, None),
        ({"title": "Acme"}, {"title": "(2) Acme"}, {"title": "(3) Acme"}),
    ],
    ids=["the same", "another title, and half of the links", "the same title", "a title that changes by itself"],
)
def test_what_is_still_the_same_page(control: dict[str, Any], gpc: dict[str, Any], first: dict[str, Any]) -> None:
    assert found(run(control, gpc, first)) == []


def test_visits_that_do_not_count_are_not_compared() -> None:
    bundle = run({"title": "Acme"}, {"title": "Sorry"})
    bundle.streams["visits"] = [
        replace(v, ok=False, reason="bot-wall") if v.arm is Arm.GPC else v for v in bundle.streams["visits"]
    ]
    assert found(bundle) == []
