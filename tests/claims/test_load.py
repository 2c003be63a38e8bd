"""The strict loader: what is right becomes a company, what is wrong is named with its place and the way out."""

from __future__ import annotations

import os
import re
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.claims import Claim, ClaimKind, InvalidExpectations, Purpose, Unseen, load
from crawler.claims.model import Policy
from crawler.claims.policy_text import normalise, text_sha256

from .conftest import GOOD, POLICY, RULES, VARIANTS, VENDORS, Desk
from .spoilt import SPOILT


def test_a_good_file_becomes_a_company(desk: Desk) -> None:
    company = desk.load(GOOD)
    assert (company.key, company.company, company.path) == ("example.com", "Example", desk.file)
    assert company.policy == Policy(
        url="https://example.com/privacy",
        read_on=date(2026, 11, 22),
        text_sha256=text_sha256(normalise(POLICY)),
        text=normalise(POLICY),
        published=POLICY,
    )
    assert company.sites == ("https://www.example.com/",)
    assert company.own_domains == ("example.net",)
    assert company.claims[0] == Claim(
        id="C1",
        section="9",
        kind=ClaimKind.VENDOR,
        vendor="google-analytics",
        limits=(Purpose.ANALYTICS,),
        quote="We use Google Analytics, which uses cookies.",
        note="A browser sees it.",
        line=10,
    )
    assert company.claim("C4").review is True
    assert company.claim("C5").honoured is True
    assert company.claim("C7").reason is Unseen.SERVER_SIDE
    assert [claim.line for claim in company.claims] == [10, 17, 18, 19, 20, 21, 22]
    (waiver,) = company.waivers
    assert (waiver.site, waiver.until, waiver.line) == ("example.com", date(2026, 12, 31), 26)
    assert company.attestations[0].until == date(2027, 1, 31)
    assert len(company.file_sha256) == 64


def test_what_may_be_left_out_is_empty(desk: Desk) -> None:
    text = re.sub(r"(?s)attestations:.*", "", GOOD).replace("own_domains: [example.net]\n", "")
    company = desk.load(text)
    assert (company.own_domains, company.attestations, company.waivers) == ((), (), ())


def test_an_expired_waiver_is_judged_later(desk: Desk) -> None:
    assert desk.load(GOOD.replace("until: 2026-12-31", "until: 2001-01-01")).waivers[0].until == date(2001, 1, 1)


@pytest.mark.parametrize("case", SPOILT)
def test_a_spoilt_file_is_refused_at_the_place(case: str, desk: Desk) -> None:
    old, new, line, pointed_at, words = SPOILT[case]
    problems = desk.spoilt(old, new)
    (meant,) = (one for one in problems if words in one.message)
    assert meant.line == line, str(meant)
    assert GOOD.replace(old, new).splitlines()[line - 1][meant.column - 1 :].startswith(pointed_at), str(meant)
    assert str(problems[0]).startswith(f"{desk.file}:{problems[0].line}:{problems[0].column}: ")
    assert all(one.message.rstrip().endswith((".", "?", '"')) for one in problems), "every message is a sentence"


def test_all_problems_are_listed_by_line(desk: Desk) -> None:
    text = GOOD.replace("company: Example", "compny: Example").replace("kind: category", "kind: x")
    text = text.replace("read_on: 2026-11-22", "read_on: never").replace("gpc-ignored", "gpc")
    problems = desk.problems(text)
    assert [one.line for one in problems] == [1, 1, 4, 18, 26]
    with pytest.raises(InvalidExpectations) as caught:
        desk.load(text)
    assert str(caught.value).splitlines() == [str(one) for one in problems]


def test_a_changed_policy_says_the_hash_it_has_now(desk: Desk) -> None:
    changed = POLICY + "One more sentence."
    (problem,) = desk.problems(GOOD, policy=changed)
    assert (problem.line, problem.column) == (6, 16)
    assert text_sha256(normalise(changed)) in problem.message


def test_a_missing_hash_is_printed(desk: Desk) -> None:
    (problem,) = desk.problems(re.sub(r"  text_sha256: .*\n", "", GOOD))
    assert text_sha256(normalise(POLICY)) in problem.message


def test_quotes_of_a_policy_compare_without_typography(desk: Desk) -> None:
    text = GOOD.replace('quote: "invisible reCAPTCHA"', 'quote: "We use Google\'s invisible reCAPTCHA - against spam."')
    assert desk.load(text).claim("C2").quote.startswith("We use Google's")


def test_vendors_outside_the_catalogue_go_by_their_domain_or_entity(desk: Desk) -> None:
    for key in ("tracker.test", "tpw:some-company"):
        assert desk.load(GOOD.replace("vendor: meta-pixel", f"vendor: {key}")).waivers[0].vendor == key


def test_entities_are_checked_where_the_caller_knows_them(desk: Desk) -> None:
    path = desk.write(GOOD.replace("vendor: meta-pixel", "vendor: tpw:some-compny"))
    with pytest.raises(InvalidExpectations, match='Did you mean "tpw:some-company"'):
        load(path, vendors=(*VENDORS, "tpw:some-company"), rules=RULES)


def test_a_run_folder_names_its_own_text(desk: Desk, tmp_path: Path) -> None:
    path = desk.write(GOOD, policy=None)
    kept = tmp_path / "kept.txt"
    kept.write_text(normalise(POLICY), encoding="utf-8")
    company = load(path, vendors=VENDORS, rules=RULES, variants=VARIANTS, policy_file=kept, key="example.com-run")
    assert (company.policy.text, company.key) == (normalise(POLICY), "example.com-run")


def test_sites_may_be_addresses_of_the_loopback(desk: Desk) -> None:
    text = GOOD.replace(
        "[https://www.example.com/]", "['https://127.0.0.1:8443/', 'http://[::1]:80/', 'http://localhost/']"
    )
    text = text.replace("site: example.com", "site: 127.0.0.1")
    assert len(desk.load(text).sites) == 3


# Files that are no expectations at all: bytes, line, column and words of the only message.
HOSTILE = {
    "empty": (b"", 1, 1, "the file is empty"),
    "only a remark": (b"# nothing\n", 1, 1, "the file is empty"),
    "a list": (b"- a\n", 1, 1, "not a group of keys"),
    "a word": (b"hello\n", 1, 1, "not a group of keys"),
    "invalid YAML": (b"company: a\npolicy: b: c\n", 2, 10, "not valid YAML"),
    "an open quote": (b'company: "a\nsites: []\n', 3, 1, "began in line 1"),
    "a tab": (b"policy:\n\turl: a\n", 2, 1, "indent with spaces"),
    "not UTF-8": ("company: Caf\u00e9\n".encode("latin-1"), 1, 13, "byte 0xe9 is not UTF-8"),
    "not UTF-8 further down": (b"a: \xc3\xa9\nb: \xff\n", 2, 4, "byte 0xff is not UTF-8"),
    "UTF-16": ("company: a".encode("utf-16"), 1, 1, "UTF-16"),
    "NUL": (b"company: a\nsites: \0\n", 2, 8, "U+0000"),
    "escape code": (b"company: \x1b[31mred\n", 1, 10, "U+001B"),
    "line separator": ("company: a\u2028b\n".encode(), 1, 11, "U+2028"),
    "escaped control character": (b'company: "a\\u001b[2J"\n', 1, 10, "U+001B"),
    "half a character": (b'company: "\\ud800"\n', 1, 10, "U+D800"),
    "no character": (b'company: "\\UFFFFFFFF"\n', 1, 13, "not valid YAML"),
    "a huge version": (b"%YAML " + b"9" * 6000 + b".1\n---\na: b\n", 1, 7, "not valid YAML"),
    "two documents": (b"company: a\n---\ncompany: b\n", 2, 1, "one company per file"),
    "an anchor": (b"company: &a x\nsites: *a\n", 1, 10, 'the anchor "&a" is not allowed'),
    "an alias": (b"company: *a\n", 1, 10, 'the alias "*a" is not allowed'),
    "a tag": (b"company: !!python/object/apply:os.system [ls]\n", 1, 10, "is not allowed"),
    "a key that is a list": (b"? [a]\n: b\n", 1, 3, "a key must be a single word"),
    "deep brackets": (b"a: " + b"[" * 200_000, 1, 15, "nested deeper than 12"),
    "deep groups": ("\n".join(" " * n + "a:" for n in range(900)).encode(), 13, 13, "nested deeper than 12"),
    "very many values": (b"a: [" + b"b," * 100_000 + b"]", 1, 99_999, "more than 50000 values"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_at_the_place(case: str, desk: Desk) -> None:
    data, line, column, words = HOSTILE[case]
    (problem,) = desk.problems(data)
    assert (problem.line, problem.column) == (line, column), str(problem)
    assert words in problem.message


def test_aliases_that_explode_end_at_once(desk: Desk) -> None:
    lines = ['a0: &a0 ["ha", "ha"]'] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    started = time.process_time()
    (problem,) = desk.problems("\n".join(lines))
    assert time.process_time() - started < 1
    assert (problem.line, problem.column) == (1, 5)


def test_50_mb_are_refused_unread(desk: Desk) -> None:
    with desk.file.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    started = time.process_time()
    with pytest.raises(InvalidExpectations) as caught:
        load(desk.file, vendors=VENDORS, rules=RULES)
    assert time.process_time() - started < 1
    (problem,) = caught.value.problems
    assert str(problem) == (
        f"{desk.file}:1:1: the file has 52428800 bytes and at most 2097152 are read; is it the right file?"
    )


def test_a_policy_that_cannot_be_read_is_the_files_problem(desk: Desk) -> None:
    for policy, words in (
        (b"caf\xe9", "line 1: byte 0xe9"),
        (b"", "is empty"),
        (b"\n\n\0", "line 3: the character U+0000"),
    ):
        (problem,) = desk.problems(GOOD, policy=policy)
        assert (problem.line, problem.column) == (5, 9)
        assert words in problem.message


def test_a_policy_of_50_mb_is_refused(desk: Desk) -> None:
    desk.write(GOOD)
    with (desk.folder / "policy.txt").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    (problem,) = desk.problems(GOOD, policy=None)
    assert "52428800 bytes" in problem.message


@pytest.mark.parametrize("what", ["missing", "folder", "pipe", "device", "nul", "loop", "into nothing"])
def test_what_is_no_file_is_refused(what: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "device":
        path = Path("/dev/zero")
    elif what == "nul":
        path = tmp_path / "a\0b.yaml"
    elif what == "loop":
        path.symlink_to(path)
    elif what == "into nothing":
        path.symlink_to(tmp_path / "gone.yaml")
    with pytest.raises(InvalidExpectations) as caught:
        load(path, vendors=VENDORS, rules=RULES)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (1, 1)
    assert "\0" not in problem.file


def test_a_text_behind_a_link_must_stay_in_the_folder(desk: Desk, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text(POLICY, encoding="utf-8")
    company = Desk(inside)
    (inside / "policy.txt").symlink_to(tmp_path / "secret.txt")
    (problem,) = company.problems(GOOD, policy=None)
    assert "a link out of this folder" in problem.message
    (inside / "policy.txt").unlink()
    (inside / "v2.txt").write_text(POLICY, encoding="utf-8")
    (inside / "policy.txt").symlink_to(inside / "v2.txt")
    assert company.load(GOOD, policy=None).key == "example.com"


@pytest.mark.parametrize("name", ["a b.yaml", ".hidden.yaml", "\u00e4.yaml", "x" * 120 + ".yaml", "a\x1b[0m.yaml"])
def test_a_name_that_is_no_folder_is_refused(name: str, desk: Desk) -> None:
    path = desk.write(GOOD).rename(desk.folder / name)
    with pytest.raises(InvalidExpectations) as caught:
        load(path, vendors=VENDORS, rules=RULES)
    (problem,) = caught.value.problems
    assert "rename it" in problem.message
    assert "\x1b" not in str(problem)


def test_a_flood_of_problems_is_cut(desk: Desk) -> None:
    problems = desk.problems("".join(f"k{n}: 1\n" for n in range(5000)))
    assert len(problems) == 201
    assert "more problems below" in problems[-1].message


def test_many_wrong_quotes_in_a_long_policy_end_soon(desk: Desk) -> None:
    claims = "".join(
        f"  - {{id: X{n}, section: 1, kind: statement, quote: we never do thing {n}}}\n" for n in range(900)
    )
    policy = "".join(f"We always do thing {n} with the data of {n} people. " for n in range(30_000))
    head = GOOD[: GOOD.index("  - id: C1")]
    started = time.process_time()
    assert len(desk.problems(head + claims, policy=policy)) == 201
    assert time.process_time() - started < 20


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_nothing_but_invalid_expectations_is_raised(data: bytes, desk: Desk) -> None:
    with pytest.raises(InvalidExpectations):
        desk.load(data)


MANGLERS = (
    "[",
    "]",
    "{",
    "}",
    ": ",
    "\n",
    "  ",
    "'",
    '"',
    "- ",
    "null",
    "no",
    "1.5",
    "&a ",
    "*a",
    "!x ",
    "%",
    "? ",
    "|",
    "<<: ",
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.integers(0, len(GOOD)),
    length=st.integers(0, 40),
    put=st.one_of(st.sampled_from(MANGLERS), st.text(max_size=8)),
)
def test_a_mangled_file_never_ends_in_a_traceback(start: int, length: int, put: str, desk: Desk) -> None:
    text = GOOD[:start] + put + GOOD[start + length :]
    try:
        company = desk.load(text.encode("utf-8", "replace"))
    except InvalidExpectations as error:
        lines = text.count("\n") + text.count("\r") + 2
        assert error.problems
        assert all(1 <= one.line <= lines and one.column >= 1 and one.message for one in error.problems)
    else:
        assert company.key == "example.com"
