"""The files that the repository carries: they load, they quote the policy, and they say what the policy says."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from crawler import rules
from crawler.claims import Claim, ClaimKind, Company, Purpose, Unseen, load
from crawler.claims.policy_text import find_quote, normalise
from crawler.claims.schema import schema
from crawler.vendors import catalogue

FOLDER = Path(__file__).parents[2] / "expectations"
FILES = sorted(FOLDER.glob("*.yaml"))


def loaded(path: Path) -> Company:
    vendors = catalogue().vendors
    variants = {key: vendor.variants for key, vendor in vendors.items() if vendor.variants}
    return load(path, vendors=vendors.keys(), rules=[rule.ID for rule in rules.ALL], variants=variants)


@pytest.fixture(scope="module")
def company() -> Company:
    return loaded(FOLDER / "dynatronsoftware.com.yaml")


def of_kind(company: Company, kind: ClaimKind) -> dict[str, Claim]:
    return {claim.id: claim for claim in company.claims if claim.kind is kind}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_loads_with_the_catalogue_and_the_rules_of_today(path: Path) -> None:
    assert loaded(path).claims


def test_the_template_shows_every_kind_and_every_key() -> None:
    template = loaded(FOLDER / "_template.yaml")
    assert {claim.kind for claim in template.claims} == set(ClaimKind)
    assert template.waivers and template.attestations and template.own_domains


def test_the_policy_is_the_text_that_was_read(company: Company) -> None:
    text = (FOLDER / "dynatronsoftware.com.policy.txt").read_bytes()
    assert hashlib.sha256(text).hexdigest() == "dbdb5353eb9493373a51278fc3270b79fac7ea1905e21f7eae3814a22188fbdf"
    assert company.policy.text == normalise(text.decode())


def test_all_claims_are_there_in_order(company: Company) -> None:
    assert [claim.id for claim in company.claims] == [f"D{number:02}" for number in range(1, 48)]
    assert (company.sites, company.own_domains) == (("https://dynatronsoftware.com/",), ())
    assert (company.waivers, company.attestations) == ((), ())


def test_claims_follow_the_policy(company: Company) -> None:
    """Numbered sections never go back, and each quote lies in the section that it names."""
    text = company.policy.text
    headings = [m.start() for n in range(1, 17) for m in [re.search(rf" {n}\. [A-Z]", text)] if m]
    assert len(headings) == 16
    for claim in company.claims:
        spans = find_quote(text, claim.quote)
        assert spans is not None
        section = sum(start <= spans[0][0] for start in headings)
        assert claim.section.split(" ")[0] == (str(section) if section else "introduction"), claim.id


def test_every_claim_says_what_a_browser_can_see_of_it(company: Company) -> None:
    assert [claim.id for claim in company.claims if not claim.note or len(claim.note) < 20] == []


def test_what_is_named(company: Company) -> None:
    named = of_kind(company, ClaimKind.VENDOR)
    assert {key: (claim.vendor, claim.variant) for key, claim in named.items()} == {
        "D31": ("google-analytics", None),
        "D32": ("google-analytics-advertising", None),
        "D34": ("google-recaptcha", "v2-invisible"),
    }


def test_what_is_declared_without_names(company: Company) -> None:
    declared = {key: set(claim.purposes) for key, claim in of_kind(company, ClaimKind.CATEGORY).items()}
    working = {"security", "monitoring", "embed", "cdn", "payment", "consent", "tag-manager"}
    assert declared == {
        "D24": {Purpose(one) for one in working},
        "D25": {Purpose.ADVERTISING},
        "D30": {Purpose.MARKETING},
        "D40": {Purpose.ADVERTISING, Purpose.SOCIAL},
        "D41": {Purpose.ADVERTISING, Purpose.SOCIAL},
    }


def test_every_purpose_is_declared_or_limited_by_a_sentence(company: Company) -> None:
    declared = {purpose for claim in of_kind(company, ClaimKind.CATEGORY).values() for purpose in claim.purposes}
    limited = {purpose for claim in company.claims for purpose in claim.limits}
    assert declared & limited == set()
    assert declared | limited == set(Purpose) - {Purpose.UNKNOWN}


def test_the_signals_are_two_different_claims(company: Company) -> None:
    signals = {key: (claim.signal, claim.honoured) for key, claim in of_kind(company, ClaimKind.SIGNAL).items()}
    assert signals == {"D14": ("gpc", True), "D26": ("dnt", False)}


def test_a_denial_that_no_browser_can_prove_needs_a_person(company: Company) -> None:
    (denial,) = of_kind(company, ClaimKind.FORBIDDEN).values()
    assert (denial.id, denial.review, denial.roles) == ("D13", True, ("sync",))
    assert denial.purposes == (Purpose.VISITOR_IDENTIFICATION,)


def test_what_no_browser_can_see(company: Company) -> None:
    unseen = {key: claim.reason for key, claim in of_kind(company, ClaimKind.NOT_CHECKABLE).items()}
    assert unseen == {
        "D02": Unseen.E_MAIL,
        "D03": Unseen.OFFLINE,
        "D06": Unseen.CORPORATE,
        "D08": Unseen.SERVER_SIDE,
        "D10": Unseen.E_MAIL,
        "D18": Unseen.PERSON_UNKNOWN,
        "D37": Unseen.RESERVATION,
        "D44": Unseen.DISCLAIMER,
        "D45": Unseen.PERSON_UNKNOWN,
    }


def test_the_other_kinds(company: Company) -> None:
    kinds = Counter(claim.kind for claim in company.claims)
    assert set(of_kind(company, ClaimKind.OPT_OUT)) == {"D05", "D11", "D33", "D43"}
    assert set(of_kind(company, ClaimKind.LINK)) == {"D16", "D29"}
    assert set(of_kind(company, ClaimKind.COOKIE_REFUSAL)) == {"D27", "D28"}
    assert set(of_kind(company, ClaimKind.DATA)) == {"D20", "D22", "D23", "D35"}
    assert sum(kinds.values()) == 47


def test_addresses_stand_in_the_quotes(company: Company) -> None:
    given = [claim for claim in company.claims if claim.url]
    assert len(given) == 3
    assert [claim.id for claim in given if str(claim.url) not in claim.quote] == []


def test_the_examples_of_the_readme_are_right() -> None:
    blocks = re.findall(r"(?ms)^```yaml\n(.*?)^```", (FOLDER / "README.md").read_text(encoding="utf-8"))
    parts = schema()["properties"]
    shown = set()
    for block in blocks:
        example = yaml.load(block, Loader=yaml.BaseLoader)
        if isinstance(example, list):
            for claim in example:
                shown.add(claim["kind"])
                as_typed = {key: {"true": True, "false": False}.get(str(value), value) for key, value in claim.items()}
                Draft202012Validator(parts["claims"]["items"]).validate(as_typed)
        else:
            for key, value in example.items():
                Draft202012Validator(parts[key]).validate(value)
    assert shown == set(ClaimKind) - {"scope", "statement"}


def test_the_readme_explains_every_word() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    words = [*ClaimKind, *Unseen, *(set(Purpose) - {Purpose.UNKNOWN}), *schema()["properties"]]
    claim_keys = schema()["properties"]["claims"]["items"]["properties"]
    assert [word for word in [*words, *claim_keys] if f"`{word}" not in text and f"**{word}**" not in text] == []
