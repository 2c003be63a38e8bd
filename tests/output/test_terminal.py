"""The summary on a terminal: gate, gaps, findings, counts; narrow, plain, and not to be fooled."""

from __future__ import annotations

import io
from typing import Any

import fictional
import pytest
from rich.cells import cell_len
from rich.console import Console

from crawler.bundle import account
from crawler.output import terminal


def printed(
    verdicts: dict[str, Any],
    width: int = 60,
    *,
    tty: bool = False,
    path: str | None = "report.html",
    manifest: dict[str, Any] | None = None,
) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=tty, color_system="truecolor" if tty else None)
    terminal.summary(verdicts, fictional.manifest() | (manifest or {}), console, path)
    return out.getvalue()


@pytest.mark.parametrize("width", [40, 60, 100])
def test_no_line_is_wider_than_the_terminal(verdicts: dict[str, Any], width: int) -> None:
    verdicts["findings"][0]["message"] = "very" * 100 + " 日本語" * 50
    verdicts["gaps"][0]["url"] = "https://x.example/" + "\u202e" * 300
    assert max(cell_len(line) for line in printed(verdicts, width).splitlines()) <= width


def test_gate_then_gaps_then_findings_then_counts_then_where(verdicts: dict[str, Any]) -> None:
    text = printed(verdicts, 100)
    parts = ["GATE FAILS (exit 1)", "What could not be seen", "Contradictions: 4", "critical", "TikTok Pixel", "L14",
             "do: Load the TikTok tag", "high", "Hotjar", "low", "Not settled: 1", "Accepted",
             "Sentences: 5 contradicted, 2 incomplete",
             "Next: TikTok Pixel: load the TikTok tag", "report.html"]  # fmt: skip
    places = [text.find(part) for part in parts]
    assert -1 not in places and places == sorted(places)
    assert text.startswith("GATE FAILS")


def test_without_a_terminal_it_is_plain(verdicts: dict[str, Any]) -> None:
    assert "\x1b" not in printed(verdicts)
    assert "\x1b[" in printed(verdicts, tty=True)


@pytest.mark.parametrize("name", ["[bold red]x[/]", "[link=https://evil.example]y[/link]", ":smile:", "[/]", "\\[x]"])
def test_nothing_is_read_as_markup(verdicts: dict[str, Any], name: str) -> None:
    verdicts["findings"][0]["message"] = f"The cookie {name} was set."
    assert f"The cookie {name} was set." in printed(verdicts, 100)


def test_a_site_cannot_steer_the_terminal(verdicts: dict[str, Any]) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\x9b31m\r\u202e\x00\ud800"
    for finding in verdicts["findings"]:
        finding |= {"message": evil, "remedy": evil, "vendor": evil, "rule": evil}
    verdicts["gaps"][0] |= {"url": evil, "arm": evil, "reason": evil}
    verdicts |= {"company": evil, "run": evil}
    text = printed(verdicts)
    assert not set(text) & {"\x1b", "\x07", "\x9b", "\r", "\u202e", "\x00", "\ud800"}
    assert "\\x1b]0;owned" in text


def test_a_terminal_without_utf8_gets_what_it_can_show(verdicts: dict[str, Any]) -> None:
    raw = io.BytesIO()
    verdicts["findings"][0]["message"] = "“quoted” 日本"
    terminal.summary(verdicts, {}, Console(file=io.TextIOWrapper(raw, encoding="ascii"), width=80), "r.html")


def test_a_clean_run_is_short(verdicts: dict[str, Any]) -> None:
    verdicts |= {"exit_code": 0, "findings": [], "gaps": [], "rules": [{"id": "x", "outcome": "pass", "why": ""}]}
    verdicts["claims"] = [claim for claim in verdicts["claims"] if claim["outcome"] != "violation"]
    text = printed(verdicts, 100)
    assert text.startswith("GATE PASSES (exit 0)")
    assert "could not be seen" not in text and len(text.splitlines()) <= 11
    assert "Next: Nothing on the site. The 16 sentences that were not checked need other proof." in text


def test_an_undecided_run_says_what_was_not_judged(verdicts: dict[str, Any]) -> None:
    verdicts |= {"exit_code": 3, "findings": []}
    text = printed(verdicts, 100)
    assert text.startswith("GATE UNDECIDED (exit 3)")
    assert "timeout" in text and "crawl-incomplete" in text
    end = text[text.index("Next:") :]
    assert "Find out what is slow" in end and "Then run again." in end and "no clean result" in " ".join(end.split())


def test_a_gap_of_both_arms_is_one_line(verdicts: dict[str, Any]) -> None:
    gap = verdicts["gaps"][0]
    verdicts["gaps"] = [gap | {"arm": arm} for arm in ("gpc", "control", "gpc")]
    assert "timeout: without a signal, with GPC, 2 times each" in printed(verdicts, 100)


def test_when_no_check_could_be_judged_that_is_one_line(verdicts: dict[str, Any]) -> None:
    verdicts |= {
        "exit_code": 3,
        "findings": [],
        "rules": [
            {"id": name, "outcome": "inconclusive", "why": f"No visit for {name}."} for name in ("one", "two", "three")
        ],
    }
    text = printed(verdicts, 100)
    assert "None of the 3 checks could be judged. No visit for one." in text and "three" not in text


def test_what_is_not_settled_is_no_order_to_act(verdicts: dict[str, Any]) -> None:
    text = printed(verdicts, 100)
    assert "if confirmed: Look at the visit 005-gpc-2" in text


def test_a_finding_says_after_what_the_vendor_showed(verdicts: dict[str, Any]) -> None:
    text = printed(verdicts, 100)
    assert text.count("when: First called after scrolling.") == text.count("when:") == 1


@pytest.mark.parametrize("width", [60, 100])
def test_whether_the_recording_is_whole_is_said_in_one_line(verdicts: dict[str, Any], width: int) -> None:
    manifest = fictional.manifest()
    stated = {"reconciliation": account.reconciliation(manifest["visits"])}
    text = " ".join(printed(verdicts, width, manifest=stated).split())
    assert "Recorded: 3,419 requests in the network log of the browser, 3,360 of them seen by both" in text
    assert "170 seen by one alone and explained, 1 unexplained; the log is complete in all 56 visits" in text
    assert "Recorded:" not in printed(verdicts, width)


def test_a_thousand_findings_do_not_fill_the_screen(verdicts: dict[str, Any]) -> None:
    verdicts["findings"] *= 300
    assert len(printed(verdicts, 100).splitlines()) < 200


def test_the_path_of_the_report_is_never_cut(verdicts: dict[str, Any]) -> None:
    path = "reports/" + "long-name/" * 20 + "report.html"
    assert path in printed(verdicts, 60, path=path)


def test_messages_of_several_lines_stay_so_and_are_harmless() -> None:
    assert terminal.plain("one\ntwo\x1b[31m") == "one\ntwo\\x1b[31m"


def test_pages_beyond_the_limit_are_told_even_by_a_clean_run(verdicts: dict[str, Any]) -> None:
    verdicts |= {"exit_code": 0, "findings": [], "gaps": [], "rules": [], "claims": []}
    text = printed(verdicts, 100, manifest={"pages_beyond_limit": 3, "max_pages": 30})
    assert "What could not be seen\n  3 more pages are known and were not visited (limit 30).\n" in text
    assert "not visited" not in printed(verdicts, 100, manifest={"pages_beyond_limit": 0, "max_pages": 30})


def test_damage_says_what_is_damaged(verdicts: dict[str, Any]) -> None:
    details = [f"visits.jsonl: row {n} cannot be read" for n in range(7)]
    verdicts["gaps"] = [{"arm": "all", "url": "", "reason": "damaged", "detail": d} for d in [*details, details[0]]]
    lines = printed(verdicts, 100).splitlines()
    at = lines.index("  damaged: every arm")
    assert lines[at + 1 : at + 7] == [*(f"    {d}" for d in details[:5]), "    and 2 more in the report"]


def test_waivers_without_effect_have_a_line_each(verdicts: dict[str, Any]) -> None:
    waiver = verdicts["waivers"][0]
    verdicts["waivers"] += [
        waiver | {"status": "expired", "until": "2026-01-31"},
        waiver | {"status": "unused", "vendor": None, "site": "a.example"},
        waiver | {"status": "refused", "rule": "crawl-incomplete"},
    ]
    lines = printed(verdicts, 100).splitlines()
    at = lines.index("Waivers without effect: 3")
    assert lines[at + 1 : at + 4] == [
        "  unnamed-vendor, microsoft-uet: ended on 2026-01-31",
        "  unnamed-vendor, a.example: matches nothing",
        "  crawl-incomplete, microsoft-uet: refused: missing evidence cannot be accepted",
    ]
    verdicts["waivers"] = [waiver]
    assert "without effect" not in printed(verdicts, 100)
