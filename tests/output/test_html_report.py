"""The report: everything is there, in the right order, and nothing that a site sent does any harm."""

from __future__ import annotations

import re
from typing import Any

import fictional
import page
import pytest
from bs4 import Tag

from crawler.output import html_report, words
from crawler.output.standing import standings
from crawler.output.visible import visible

NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
HIDING = "evil\u202egpj.exe\x1b[31mred\x00\u200b\u2066\ud800"


def render(verdicts: dict[str, Any], **changes: Any) -> str:
    given = {
        "manifest": fictional.manifest(),
        "company": fictional.company(),
        "evidence_rows": fictional.evidence_rows(),
        "policy_text": fictional.POLICY,
    } | changes
    return html_report.render(verdicts, **given)


def place(html: str, what: str) -> int:
    at = html.find(what)
    assert at >= 0, what
    return at


def test_it_is_one_file_that_loads_nothing(report: str) -> None:
    page.check_self_contained(report)


def test_it_can_be_read_by_everyone(report: str) -> None:
    page.check_accessible(report)


def test_verdict_gaps_brief_findings_policy_full_findings_tables(report: str) -> None:
    order = ["Gate fails", 'class="tally"', 'class="sentences"', 'id="gaps"', 'id="index"', 'id="policy"',
             'id="findings"', 'id="vendors"', 'id="cookies"',
             'id="checks"', 'id="run"', "not legal advice", "tracking-audit audit RUN_DIR"]  # fmt: skip
    places = [place(report, what) for what in order]
    assert places == sorted(places)


def test_every_claim_has_its_note_once_and_its_outcome_in_words(report: str) -> None:
    soup = page.parse(report)
    for claim, stands in zip(fictional.CLAIMS, standings(fictional.verdicts()), strict=True):
        notes = soup.find_all(id=f"claim-{claim['id']}")
        assert len(notes) == 1
        text = notes[0].get_text(" ", strip=True)
        assert words.OUTCOME_WORDS[stands] in text
        assert claim["why"] in text
        assert stands in notes[0]["class"]


def test_every_quote_is_marked_in_the_text_with_sign_and_word(report: str) -> None:
    policy = page.parse(report).find(class_="policy")
    assert isinstance(policy, Tag)
    for claim, stands in zip(fictional.CLAIMS, standings(fictional.verdicts()), strict=True):
        refs = policy.find_all("a", class_="ref", href=f"#claim-{claim['id']}")
        assert refs, claim["id"]
        for ref in refs:
            assert ref.svg is not None
            assert words.OUTCOME_WORDS[stands] in ref.get_text()
            mark = ref.find_previous_sibling("mark")
            assert mark is not None and stands in mark["class"]


def test_the_whole_policy_is_there_word_for_word(report: str) -> None:
    policy = page.parse(report).find(class_="policy")
    assert isinstance(policy, Tag)
    for extra in policy.find_all(class_=["ref", "notes"]):
        extra.decompose()

    def letters(text: str) -> str:
        return re.sub(r"[\s\-]", "", text)

    assert letters(policy.get_text()) == letters(fictional.POLICY)


def test_a_sentence_that_stands_twice_is_marked_twice_and_explained_once(report: str) -> None:
    policy = page.parse(report).find(class_="policy")
    assert isinstance(policy, Tag)
    assert len(policy.find_all("a", class_="ref", href="#claim-L05")) == 2
    assert "The same sentence again: see L05" in policy.get_text(" ", strip=True).replace("  ", " ")


def test_another_part_of_a_claim_is_not_called_the_same_sentence(verdicts: dict[str, Any]) -> None:
    verdicts["claims"] = [verdicts["claims"][0] | {"id": "D20", "quote": "We keep it [...] We erase it"}]
    text = "We keep it safe.\nWe erase it later.\nAnd now:\nWe keep it safe.\nWe erase it later.\n"
    policy = page.parse(render(verdicts, policy_text=text)).find(class_="policy")
    assert isinstance(policy, Tag)
    said = [" ".join(p.get_text(" ", strip=True).split()) for p in policy.find_all(class_="again")]
    assert ["Part of the same claim: see D20" in line for line in said] == [True, False, False]
    assert ["The same sentence again: see D20" in line for line in said] == [False, True, True]


def test_a_finding_says_all_that_a_person_needs(report: str) -> None:
    finding = fictional.findings()[0]
    card = page.parse(report).find(id=f"finding-{finding['fingerprint']}")
    assert isinstance(card, Tag)
    text = card.get_text(" ", strip=True)
    for part in ("We also honour opt-out preference signals such as the Global Privacy Control.", finding["message"],
                 finding["certainty"], finding["cannot_tell"], finding["remedy"], "24 of 24 visits", "requests:412",
                 "https://analytics.tiktok.com/api/v2/pixel", "no opt-out parameter", "status 200", "Sec-GPC: 1 sent",
                 "from a worker", "tags.js:12", *finding["pages"]):  # fmt: skip
        assert part in text, part


def test_a_finding_says_after_what_the_vendor_showed(report: str) -> None:
    by_vendor = {f["vendor"]: f["fingerprint"] for f in fictional.findings()}
    soup = page.parse(report)
    hotjar, tiktok = (soup.find(id=f"finding-{by_vendor[name]}") for name in ("hotjar", "tiktok-pixel"))
    assert isinstance(hotjar, Tag) and isinstance(tiktok, Tag)
    text = " ".join(hotjar.get_text(" ").split())
    assert "When First called after scrolling. How sure" in text
    assert "requests:655 003-control-1 while scrolling" in text
    assert "When" not in [term.get_text() for term in tiktok.find_all("dt")]
    note = soup.find(id="claim-L35")
    assert isinstance(note, Tag) and "First called after scrolling." in note.get_text()


def test_findings_stand_beside_the_sentence(report: str) -> None:
    note = page.parse(report).find(id="claim-L14")
    assert isinstance(note, Tag)
    text = note.get_text(" ", strip=True)
    assert "TikTok Pixel" in text and "Meta Pixel" in text and "Criteo" in text
    assert "requests:412" in text and "24 of 24 visits" in text


def test_a_note_tells_two_findings_and_names_the_others(report: str, verdicts: dict[str, Any]) -> None:
    note = page.parse(report).find(id="claim-L14")
    assert isinstance(note, Tag)
    assert [told.a.get_text() for told in note.find_all(class_="told") if told.a] == ["TikTok Pixel", "Meta Pixel"]
    third = note.select_one(".listed li a")
    criteo = next(f for f in verdicts["findings"] if f["vendor"] == "criteo")
    assert third is not None and third["href"] == f"#finding-{criteo['fingerprint']}"
    assert criteo["message"] not in note.get_text()


def test_a_note_without_findings_that_nobody_can_check_is_one_line_that_opens(report: str) -> None:
    soup = page.parse(report)
    for claim in fictional.CLAIMS:
        note = soup.find(id=f"claim-{claim['id']}")
        assert isinstance(note, Tag)
        assert len(note.select(":scope > .line")) == (claim["outcome"] == "not-checkable")


def test_a_remark_is_there_to_be_opened(verdicts: dict[str, Any]) -> None:
    for claim in verdicts["claims"]:
        claim["note"] = f"Read so: {claim['id']}."
    soup = page.parse(render(verdicts))
    for claim in verdicts["claims"]:
        note = soup.find(id=f"claim-{claim['id']}")
        assert isinstance(note, Tag) and note.details is not None and not note.details.has_attr("open")
        assert claim["note"] in note.details.get_text()


def test_every_finding_has_one_line_in_brief(report: str) -> None:
    index = page.parse(report).find(id="index")
    assert isinstance(index, Tag)
    lines = [row for row in index.select("tbody tr") if "part" not in (row.get("class") or [])]
    assert len(lines) == len(fictional.findings())
    by_link = {str(row.th.a["href"]): " ".join(row.get_text(" ").split()) for row in lines if row.th and row.th.a}
    for finding in fictional.findings():
        line = by_link[f"#finding-{finding['fingerprint']}"]
        for part in (finding["severity"], finding["rule"], *finding["claims"]):
            assert part in line
        for seen, of in finding["visits"].values():
            assert f"{seen} of {of}" in line
    worst = next(iter(by_link.values()))
    assert "TikTok Pixel" in worst and "critical" in worst


def test_only_the_first_evidence_is_open(report: str) -> None:
    opened = page.parse(report).select("details[open]")
    assert len(opened) == 1 and "requests:412" in opened[0].get_text()


def test_a_finding_for_information_is_a_short_card(report: str) -> None:
    card = page.parse(report).find(id=f"finding-{fictional.findings()[5]['fingerprint']}")
    assert isinstance(card, Tag) and "brief" in card["class"]
    assert card.details is not None and not card.details.has_attr("open")
    card.details.decompose()
    text = card.get_text(" ", strip=True)
    assert "LinkedIn Insight Tag" in text and "24 of 24" in text and "L30" in text
    assert card.table is None and card.blockquote is None


def test_a_remedy_names_the_product(verdicts: dict[str, Any]) -> None:
    verdicts["findings"][0]["remedy"] = "With GPC on, do not load the vendor, or ask for the vendor's restricted mode."
    html = render(verdicts)
    assert "With GPC on, do not load TikTok Pixel, or ask for the vendor" in html
    assert "do not load the vendor" not in html


def test_a_gap_of_both_arms_is_one_row(verdicts: dict[str, Any]) -> None:
    verdicts["gaps"] = [verdicts["gaps"][0] | {"arm": arm} for arm in ("gpc", "control")]
    gaps = page.parse(render(verdicts)).find(id="gaps")
    assert isinstance(gaps, Tag)
    rows = gaps.select("table:first-of-type tbody tr")
    assert len(rows) == 1 and "without a signal, with GPC" in rows[0].get_text(" ", strip=True)
    assert "2 gaps in the evidence; equal ones share a row" in gaps.get_text(" ", strip=True)
    assert "2 visits" not in rows[0].get_text(" ", strip=True)


def test_pages_beyond_the_limit_are_not_kept_quiet(verdicts: dict[str, Any]) -> None:
    clean = verdicts | {"gaps": [], "rules": []}
    manifest = fictional.manifest() | {"visits": [], "max_pages": 8}
    assert "Nothing is missing" in render(clean, manifest=manifest | {"pages_beyond_limit": 0})
    for more, says in ((1, "1 more page is known and was not visited"), (4, "4 more pages are known and were not")):
        html = render(clean, manifest=manifest | {"pages_beyond_limit": more})
        gaps = page.parse(html).find(id="gaps")
        assert isinstance(gaps, Tag) and says in gaps.get_text() and "(limit 8)." in gaps.get_text()
        assert "Nothing is missing" not in html


def test_two_findings_about_the_whole_site_are_told_apart(verdicts: dict[str, Any]) -> None:
    whole = verdicts["findings"][0] | {"vendor": None, "visits": {}, "rule": "crawl-incomplete", "claims": []}
    verdicts["findings"] = [whole | {"arm": arm, "fingerprint": arm * 3} for arm in ("control", "gpc")]
    index = page.parse(render(verdicts)).find(id="index")
    assert isinstance(index, Tag)
    text = " ".join(index.get_text(" ").split())
    assert "The site itself crawl-incomplete without a signal" in text
    assert "The site itself crawl-incomplete with GPC" in text


def test_accepted_findings_are_kept_apart_and_say_until_when(report: str) -> None:
    assert place(report, "Contradictions") < place(report, "Accepted, with an end date")
    assert "Accepted by privacy team until 2027-01-31" in report


def test_an_expired_acceptance_counts_again(verdicts: dict[str, Any]) -> None:
    verdicts["findings"][-1]["waiver"] |= {"state": "expired"}
    html = render(verdicts)
    assert "Accepted, with an end date" not in html
    assert "this counts again" in html


def test_waivers_and_attestations_are_listed_with_their_state(report: str) -> None:
    checks = page.parse(report).find(id="checks")
    assert isinstance(checks, Tag)
    text = checks.get_text(" ", strip=True)
    assert "microsoft-uet used 2027-01-31 privacy team" in text
    assert "Data processing terms are signed. legal 2026-10-01 expired" in text


def test_a_quote_that_stands_beside_is_not_told_twice(verdicts: dict[str, Any]) -> None:
    quote = verdicts["claims"][13]["quote"]
    message = f'TikTok Pixel went on. The policy says (section 6): "{quote}"'
    verdicts["findings"][0]["message"] = message
    verdicts["claims"][13]["why"] = f"{message} And more."
    note = page.parse(render(verdicts)).find(id="claim-L14")
    assert isinstance(note, Tag)
    text = note.get_text(" ", strip=True)
    assert quote not in text and text.count("TikTok Pixel went on.") == 1 and "And more." in text


def test_proofs_come_from_the_visit_rows(verdicts: dict[str, Any]) -> None:
    manifest = fictional.manifest()
    rows = {("visits", n): row for n, row in enumerate(manifest.pop("visits"))}
    rows["visits", 0] = rows["visits", 0] | {"signal": {"proven": False, "why": "The property said undefined."}}
    run = page.parse(render(verdicts, manifest=manifest, evidence_rows=rows)).find(id="run")
    assert isinstance(run, Tag)
    assert "23 of 24" in run.get_text() and "001-control-1: The property said undefined." in run.get_text()


def test_what_passed_is_listed_too(report: str) -> None:
    checks = page.parse(report).find(id="checks")
    assert isinstance(checks, Tag)
    for rule in fictional.verdicts()["rules"]:
        assert rule["id"] in checks.get_text() and rule["why"] in checks.get_text()


def test_how_the_run_was_made(report: str) -> None:
    run = page.parse(report).find(id="run")
    assert isinstance(run, Tag)
    text = run.get_text(" ", strip=True)
    for part in ("156.0.8078.79", "third-party cookies allowed", "native", "24 of 24", "unload-beacon",
                 "0.1.0", "ab" * 32, *fictional.PAGES):  # fmt: skip
        assert part in text, part


@pytest.mark.parametrize(
    ("code", "gate", "says"),
    [
        (0, "Gate passes", "every rule passed on complete evidence"),
        (3, "Gate undecided", "something could not be judged"),
        (4, "Gate fails", "our own failure"),
        (99, "Gate fails", "not a code of this program"),
    ],
)
def test_each_exit_code_says_what_it_means(verdicts: dict[str, Any], code: int, gate: str, says: str) -> None:
    verdicts |= {"exit_code": code, "findings": []}
    html = render(verdicts)
    assert gate in html and says in html


def test_a_run_that_saw_nothing_does_not_look_good(verdicts: dict[str, Any]) -> None:
    verdicts |= {"exit_code": 3, "findings": [], "vendors": [], "cookies": [], "rules": [
        {"id": "crawl-incomplete", "outcome": "inconclusive", "why": "No page could be reached."}]}  # fmt: skip
    for claim in verdicts["claims"]:
        claim |= {"outcome": "inconclusive", "findings": []}
    html = render(verdicts)
    assert "Nothing could be judged; this run says nothing about the policy" in html
    assert "That is no clean result" in html
    assert "No page could be reached." in html
    assert "Nothing that the browser saw contradicts the policy" not in html


def test_an_unknown_outcome_is_an_error_never_a_pass(verdicts: dict[str, Any]) -> None:
    verdicts["claims"][0]["outcome"] = "splendid"
    note = page.parse(render(verdicts)).find(id="claim-L01")
    assert isinstance(note, Tag) and "check failed" in note.get_text()


@pytest.mark.parametrize("value", [NASTY, HIDING, "</style></title>" + NASTY, "{{ 7 * 7 }}{% raw %}", "A" * 1_000_000])
def test_nothing_that_a_site_sends_does_harm(verdicts: dict[str, Any], value: str) -> None:
    finding = verdicts["findings"][0]
    for key in ("message", "vendor", "site", "role", "purpose", "coverage", "restriction", "arm", "rule"):
        finding[key] = value
    finding["pages"] = [value, "javascript:alert(1)"]
    finding["evidence"] = [{"stream": value, "row": 1, "url": "javascript:alert(1)//" + value, "note": value}]
    finding["waiver"] = {"owner": value, "reason": value, "until": value}
    verdicts["cookies"].append({"name": value, "domain": value, "party": value, "vendor": value, "set_by": value,
                                "setter_url": value, "lifetime_days": float("inf"),
                                "arms": {value: [1, 2]}})  # fmt: skip
    verdicts["vendors"].append({"vendor": value, "name": value, "purpose": value, "coverage": value, "party": value,
                                "arms": {value: {"visits": [1, 2], "hits": 3, "cookies": [value] * 20,
                                                 "restriction": value}}})  # fmt: skip
    verdicts["gaps"].append({"arm": value, "url": value, "reason": value, "detail": value})
    verdicts["rules"].append({"id": value, "outcome": value, "why": value})
    manifest = fictional.manifest() | {"browser": {"version": value}, "pages": [value], "files": {value: value}}
    rows = {("requests", 412): {"method": value, "status": 200, "url": value, "initiator": {"url": value, "line": 3}}}
    html = render(verdicts, manifest=manifest, evidence_rows=rows)
    page.check_self_contained(html)
    page.check_accessible(html)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", html)
    html.encode("utf-8")
    assert len(html) < 900_000
    card = page.parse(html).find(id=f"finding-{finding['fingerprint']}")
    assert isinstance(card, Tag) and visible(value, 60)[:20] in card.get_text(), "shown, as text"


def test_hostile_policy_text_is_only_text(verdicts: dict[str, Any]) -> None:
    verdicts["claims"][0]["quote"] = NASTY
    html = render(verdicts, policy_text=f"1. Title {HIDING}\n{NASTY} and more.\n" + fictional.POLICY)
    page.check_self_contained(html)
    note = page.parse(html).find("a", class_="ref", href="#claim-L01")
    assert note is not None


def test_a_quote_that_is_not_in_the_text_is_still_told(verdicts: dict[str, Any]) -> None:
    verdicts["claims"][13]["quote"] = "We have never written this."
    html = render(verdicts)
    heading = place(html, "Claims whose sentence was not found in the text above")
    assert heading < place(html, "never written this.</mark>") < place(html, 'id="findings"')
    page.check_accessible(html)


def test_without_any_policy_text_the_claims_are_told_one_by_one(verdicts: dict[str, Any]) -> None:
    from dataclasses import replace

    company = fictional.company()
    company = replace(company, policy=replace(company.policy, text=""))
    html = render(verdicts, company=company, policy_text="")
    assert "The text of the policy is not at hand" in html
    assert len(page.parse(html).find_all("section", class_="note")) == 47


def test_many_of_everything_stays_a_readable_size(verdicts: dict[str, Any]) -> None:
    verdicts["vendors"] *= 500
    verdicts["cookies"] *= 1000
    verdicts["findings"][0]["evidence"] *= 1000
    html = render(verdicts)
    assert len(html) < 3_000_000
    assert "more in verdicts.json" in html


def test_empty_verdicts_still_make_a_report() -> None:
    html = render({"schema": "tracking-audit/verdicts/1", "exit_code": 4}, manifest={}, evidence_rows={})
    page.check_self_contained(html)
    assert "The audit itself failed" in html


def test_the_vendors_table_says_what_was_sent_and_nothing_of_it_does_harm() -> None:
    verdicts = fictional.verdicts()
    user_data = [{"kind": "email", "form": "plain", "parameter": NASTY + HIDING, "basis": "documented"}]
    sends = {"client_ids": ["cid"], "page_data": [], "user_data": user_data, "encodings": [], "undecodable_bytes": 0}
    verdicts["vendors"][0]["sends"] = {"control": sends, "gpc": "nonsense"}
    html = render(verdicts)
    section = page.parse(html).find(id="vendors")
    assert isinstance(section, Tag)
    assert "sends email plain (" in section.get_text() and "browser ids (cid)" in section.get_text()
    assert NASTY not in html and "\u202e" not in html
    assert not section.find_all(["script", "img"])
