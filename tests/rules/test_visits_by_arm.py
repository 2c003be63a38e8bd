"""A finding's visits say of every arm in how many the charged fact was seen, not in how many the vendor was called."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from crawler.rules.case import case_from
from tests.rules.scenario import read
from tests.rules.test_scenarios import BY_ID
from tests.rules.world import TODAY

FACTS: dict[str, str] = {
    "user-data-sent": """
        policy: {D14: honours gpc}
        seen:
          control:
            - https://alb.reddit.com/rp.gif?id=t2_abc&event=PageVisit
            - {what: "https://alb.reddit.com/rp.gif?id=t2_abc&event=Lead&em={hash}", in: 1}
          gpc: ["https://alb.reddit.com/rp.gif?id=t2_abc&event=Lead&em={hash}"]
    """,
    "string-says-opted-out-traffic-does-not": """
        policy: {D14: honours gpc}
        says:
          control: [{what: usprivacy 1YYN, in: 1}]
          gpc: [usprivacy 1YYN]
        seen:
          control: [meta-pixel explicitly unrestricted]
          gpc: [meta-pixel explicitly unrestricted]
    """,
    "identifier-shared-under-gpc": """
        policy: {D14: honours gpc}
        seen:
          control: [meta-pixel, {what: meta-pixel, sends: _fbp, in: 1}]
          gpc: [{what: meta-pixel, sends: _fbp}]
    """,
    "cookie-syncing": """
        policy: {D14: honours gpc}
        seen:
          control:
            - linkedin-insight
            - {what: "https://match.adsrvr.org/track/cmf/generic?ttd_pid=li", in: 1, matches: li_sugr on linkedin.com}
          gpc:
            - linkedin-insight
            - {what: linkedin-insight, by: http, keeps: li_sugr on linkedin.com}
            - {what: "https://match.adsrvr.org/track/cmf/generic?ttd_pid=li", matches: li_sugr on linkedin.com}
    """,
    "gpc-ignored": """
        policy: {D14: honours gpc}
        seen:
          control: [meta-pixel restricted, {what: meta-pixel explicitly unrestricted, in: 1}]
          gpc: [meta-pixel explicitly unrestricted]
    """,
}
"""By rule: a fact in all of three visits with GPC on, and in one without a signal; the vendor is called in all."""

WITHOUT_A_SIGNAL: dict[str, str] = {
    "first-party-identifier-leaves": """
        seen:
          control:
            - {what: "https://www.acme.example/", by: http, keeps: session on acme.example}
            - {what: an unknown third party, sends: session}
          gpc: [an unknown third party, {what: an unknown third party, sends: session, in: 1}]
    """,
    "declared-variant-differs": """
        policy: {D34: names google-recaptcha as v2-invisible}
        seen:
          control: [google-recaptcha loader, google-recaptcha checkbox]
          gpc: [google-recaptcha loader, google-recaptcha invisible, {what: google-recaptcha checkbox, in: 1}]
    """,
    "undeclared-vendor": """
        seen:
          control: [meta-pixel library]
          gpc: [{what: meta-pixel library, in: 1}]
    """,
    "undeclared-cookie-setter": """
        seen:
          control:
            - {what: linkedin-insight, by: http, keeps: li_sugr on linkedin.com, for days: 90}
          gpc:
            - {what: linkedin-insight, by: http, keeps: lang on linkedin.com}
            - {what: linkedin-insight, by: http, keeps: li_sugr on linkedin.com, for days: 90, in: 1}
    """,
    "forbidden-vendor": """
        policy: {D13: denies vendor meta-pixel}
        seen:
          control: [meta-pixel library]
          gpc: [{what: meta-pixel library, in: 1}]
    """,
}
"""The other way round."""


def visits_of(rule: str, spec: str) -> dict[str, tuple[int, int]]:
    described: dict[str, Any] = yaml.safe_load(spec)
    scenario = read(described)
    case = case_from(scenario.bundle, scenario.company, TODAY)
    arm = "gpc" if rule in FACTS else "control"
    [finding] = (f for f in BY_ID[rule].judge(case).findings if f.arm == arm)
    return {arm: (seen.seen, seen.of) for arm, seen in finding.visits.items()}


@pytest.mark.parametrize("rule", FACTS)
def test_with_the_signal(rule: str) -> None:
    assert visits_of(rule, FACTS[rule]) == {"control": (1, 3), "gpc": (3, 3)}


@pytest.mark.parametrize("rule", WITHOUT_A_SIGNAL)
def test_without_a_signal(rule: str) -> None:
    assert visits_of(rule, WITHOUT_A_SIGNAL[rule]) == {"control": (3, 3), "gpc": (1, 3)}
