"""The catalogue is read strictly: every mistake is named with file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.vendors.catalogue_load import load
from crawler.vendors.known import InvalidCatalogue
from crawler.vendors.model import Demand, Role

GOOD = """\
key: acme-pixel
name: Acme Pixel
company: Acme
purpose: advertising
gpc: restricted
signals: meta
aliases: [Acme tag]
endpoints:
  - role: collect
    hosts: [px.acme.test]
    paths: [/hit]
    params: {v: 2, kind: [a, "re:b+"]}
    account: [id, "path:/(\\\\d+)/"]
    variant: classic
cookies:
  - {name: _acme, kind: first-party, lifetime_days: 90, verified: false}
  - {name: "ac_*", kind: third-party, domains: [acme.test]}
storage: [acme_id]
sources:
  - {fact: endpoints, source: "https://acme.test/docs", read_on: 2026-11-22}
examples:
  - {url: "https://px.acme.test/hit?v=2&kind=bb&id=7", role: collect, account: 7}
near_misses:
  - {url: "https://px.acme.test/other", why: "another path"}
"""


MATCHING = """\
    hosts: [px.acme.test]
    paths: [/hit]
    params: {v: 2, kind: [a, "re:b+"]}
"""


def write(folder: Path, text: str) -> Path:
    (folder / "acme-pixel.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_good_file(tmp_path: Path) -> None:
    vendor = load(write(tmp_path, GOOD)).vendors["acme-pixel"]
    assert (vendor.gpc, vendor.variants, vendor.signals) == (Demand.RESTRICTED, ("classic",), "meta")
    endpoint = vendor.endpoints[0]
    assert (endpoint.role, endpoint.params) == (Role.COLLECT, {"v": ("2",), "kind": ("a", "re:b+")})
    assert (vendor.cookies[0].lifetime_days, vendor.cookies[0].verified) == (90, False)
    assert (vendor.proof.examples[0].account, vendor.proof.examples[0].page_url) == ("7", "https://www.example.com/")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("gpc: restricted", "gcp: restricted", "acme-pixel.yaml: gcp: unknown key"),
        ("gpc: restricted", "gpc: sometimes", "gpc: `sometimes` is none of silent, restricted"),
        ("purpose: advertising", "purpose: unknown", "purpose: a product of the catalogue must have one"),
        ("name: Acme Pixel", "name:", "name: is missing"),
        ("key: acme-pixel", "key: acme", "key: `acme` must be the file's name"),
        ("company: Acme", "company: Acme\ncompany: Acme", "duplicate key `company`"),
        ("    paths: [/hit]", "    path: [/hit]", "endpoints[0].path: unknown key, did you mean `paths`?"),
        ("paths: [/hit]", "paths: /hit", "endpoints[0].paths: must be a list"),
        ("paths: [/hit]", "paths: [hit]", "endpoints[0].paths: `hit` must begin with / or re:"),
        ("paths: [/hit]", 'paths: ["/hit?v=2"]', "the query goes into params"),
        ("hosts: [px.acme.test]", 'hosts: ["https://px.acme.test"]', "is not a host"),
        (MATCHING, "", "without hosts"),
        ("v: 2,", "v: 2.0,", "endpoints[0].params.v: `2.0` must be a text; put it in quotes"),
        ("role: collect\n", "role: sending\n", "endpoints[0].role: `sending` is none of"),
        ("role: collect\n", "role: collect\n    methods: [get]\n", "`get` is not a method in capitals"),
        ("verified: false", "verified: no", "cookies[0].verified: must be true or false"),
        ("lifetime_days: 90", "lifetime_days: soon", "cookies[0].lifetime_days: must be a number"),
        ("kind: first-party", "kind: first", "cookies[0].kind: `first` is neither"),
        (", domains: [acme.test]", "", "cookies[1].domains: a third-party cookie must say"),
        ('"ac_*"', '"a*c"', "cookies[1].name: `a*c`: a star"),
        ("read_on: 2026-11-22", "read_on: lately", "sources[0].read_on: must be a day"),
        ("why: ", "because: ", "near_misses[0].because: unknown key"),
        ("aliases: [Acme tag]", "aliases: [[x]]", "aliases: `['x']` must be a text"),
        ("storage: [acme_id]", "storage: {", "acme-pixel.yaml: while parsing"),
        ("storage: [acme_id]", "storage: !!python/name:os.system", "acme-pixel.yaml: could not determine"),
        (GOOD, "- a list", "file: must be a mapping"),
        (GOOD, "", "file: must be a mapping"),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(InvalidCatalogue) as caught:
        load(write(tmp_path, GOOD.replace(old, new, 1)))
    assert any(problem in text for text in caught.value.problems), caught.value.problems
    assert all(text.startswith("acme-pixel.yaml: ") for text in caught.value.problems)


CLAIM = """\
self_honours_gpc:
  scope: hits, everywhere
  source: https://acme.test/gpc
  read_on: 2026-11-28
"""


def test_a_statement_to_honour_the_signal(tmp_path: Path) -> None:
    claim = load(write(tmp_path, GOOD + CLAIM + "  paths: [/hit]\n")).vendors["acme-pixel"].self_honours_gpc
    assert claim is not None
    assert (claim.scope, claim.paths) == ("hits, everywhere", ("/hit",))
    assert load(write(tmp_path, GOOD)).vendors["acme-pixel"].self_honours_gpc is None


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  scope: hits, everywhere\n", "", "self_honours_gpc.scope: is missing"),
        ("https://acme.test/gpc", "somebody told us", "self_honours_gpc.source: must be the https:// address"),
        ("2026-11-28", "yesterday", "self_honours_gpc.read_on: must be a day"),
        (
            "  scope:",
            "  paths: [/none]\n  scope:",
            "self_honours_gpc.paths: `/none` is a path of none of its endpoints",
        ),
        ("  scope:", "  region: us\n  scope:", "self_honours_gpc.region: unknown key"),
    ],
)
def test_a_statement_without_a_firm_source_is_a_mistake(tmp_path: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(InvalidCatalogue) as raised:
        load(write(tmp_path, GOOD + CLAIM.replace(old, new)))
    assert any(problem in p for p in raised.value.problems)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidCatalogue) as caught:
        load(write(tmp_path, GOOD.replace("company:", "firm:").replace("role: collect\n", "role: x\n")))
    assert len(caught.value.problems) == 3


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "acme-pixel.yaml").write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(InvalidCatalogue, match=r"acme-pixel\.yaml"):
        load(tmp_path)
