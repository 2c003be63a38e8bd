"""Two audits of one company, held against each other: new, gone, changed, still there, no longer judged.

A finding is the same when its fingerprint is. It counts as gone only where the later audit judged what the earlier one
had judged: the same rule, arms and pages, without a gap. What was not looked at again is never called gone, and a check
that failed before and passes now is never called fixed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crawler.evidence import Arm
from crawler.findings import Outcome, Severity

_JUDGED = frozenset({Outcome.PASS, Outcome.VIOLATION})
_EVERYWHERE = frozenset({"", "all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One finding on its way from run A to run B."""

    fingerprint: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    what: tuple[str, ...] = ()
    """Each difference in words, e.g. `severity: medium, was low`."""
    why: str = ""
    """Why it stands in this group, where that needs a word."""
    worse: bool = False
    """Whether the later state is worse: more severe, now a violation, no longer accepted, on more pages."""

    @property
    def finding(self) -> Mapping[str, Any]:
        """The later finding, or the earlier one when there is no later."""
        return self.after or self.before or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A rule or a claim whose outcome differs between the runs."""

    id: str
    before: str
    """Empty when it was not there."""
    after: str
    word: str
    """`newly contradicted`, `no longer contradicted`, `no longer judged`, `now judged` ..."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed from run A to run B."""

    company: str
    run_a: str
    run_b: str
    exit_a: int
    exit_b: int
    new: tuple[Change, ...]
    gone: tuple[Change, ...]
    changed: tuple[Change, ...]
    still: tuple[Change, ...]
    no_longer_judged: tuple[Change, ...]
    claims: tuple[Turn, ...]
    rules: tuple[Turn, ...]
    pages_added: tuple[str, ...]
    pages_removed: tuple[str, ...]
    gaps_new: tuple[Mapping[str, Any], ...]
    gaps_closed: tuple[Mapping[str, Any], ...]
    vendor_names: Mapping[str, str]
    """Vendor key to the name that people know, where a run gave one."""
    remarks: tuple[str, ...]
    """Why the two are hard to compare, if they are."""

    def gating(self, fail_on: Severity) -> tuple[Change, ...]:
        """New or worsened violations that nobody accepted, at or above a severity: what `--new-only` gates on."""
        return tuple(
            change
            for change in (*self.new, *(c for c in self.changed if c.worse))
            if change.after and _is_open(change.after) and _severity(change.after).at_least(fail_on)
        )


def compare(
    a: Mapping[str, Any],
    b: Mapping[str, Any],
    *,
    pages_a: Collection[str] | None = None,
    pages_b: Collection[str] | None = None,
    arms_b: Collection[str] | None = None,
) -> Comparison:
    """Compare two verdicts. `pages_*` are the runs' page lists and `arms_b` the later run's arms, from their manifests;
    without them the lists that the verdicts carry, if any, are used."""
    pages_a = _listed(a, "pages") if pages_a is None else pages_a
    pages_b = _listed(b, "pages") if pages_b is None else pages_b
    arms_b = _arms(b) if arms_b is None else arms_b
    before, after = _by_fingerprint(a), _by_fingerprint(b)
    new: list[Change] = []
    gone: list[Change] = []
    changed: list[Change] = []
    still: list[Change] = []
    unjudged: list[Change] = []
    for key, finding in after.items():
        if key not in before:
            new.append(
                Change(fingerprint=key, before=None, after=finding, why=_unjudged(finding, a, pages_a, _arms(a)))
            )
            continue
        what, worse = _differences(before[key], finding, pages_a, pages_b)
        same = Change(fingerprint=key, before=before[key], after=finding, what=what, worse=worse)
        (changed if what else still).append(same)
    for key, finding in before.items():
        if key in after:
            continue
        why = _unjudged(finding, b, pages_b, arms_b)
        (unjudged if why else gone).append(
            Change(fingerprint=key, before=finding, after=None, why=why or _never_settled(finding))
        )
    known = pages_a is not None and pages_b is not None
    return Comparison(
        company=str(b.get("company") or a.get("company") or ""),
        run_a=str(a.get("run") or ""),
        run_b=str(b.get("run") or ""),
        exit_a=_code(a),
        exit_b=_code(b),
        new=_sorted(new),
        gone=_sorted(gone),
        changed=_sorted(changed),
        still=_sorted(still),
        no_longer_judged=_sorted(unjudged),
        claims=_turns(a.get("claims", ()), b.get("claims", ()), "expectations", "contradicted"),
        rules=_turns(a.get("rules", ()), b.get("rules", ()), "checks", "violated"),
        pages_added=tuple(p for p in pages_b or () if known and p not in set(pages_a or ())),
        pages_removed=tuple(p for p in pages_a or () if known and p not in set(pages_b or ())),
        gaps_new=_gaps_without(b, a),
        gaps_closed=_gaps_without(a, b),
        vendor_names={
            str(row["vendor"]): str(row["name"])
            for verdicts in (a, b)
            for row in verdicts.get("vendors", ())
            if row.get("vendor") and row.get("name")
        },
        remarks=tuple(_remarks(a, b, known)),
    )


def _never_settled(finding: Mapping[str, Any]) -> str:
    if finding.get("outcome") in _JUDGED:
        return ""
    return "it was not settled before; judged now, and nothing was found"


def _unjudged(
    finding: Mapping[str, Any], other: Mapping[str, Any], pages: Collection[str] | None, arms: Collection[str] | None
) -> str:
    """Why the other audit cannot speak of this finding; empty when it can."""
    rule = str(finding.get("rule"))
    outcomes = {str(r.get("id")): r for r in other.get("rules", ())}
    if rule not in outcomes:
        return f"the check {rule} was not run"
    if outcomes[rule].get("outcome") not in _JUDGED:
        return f"the check {rule} could not be judged: {outcomes[rule].get('why') or outcomes[rule].get('outcome')}"
    needed = set(map(str, finding.get("visits") or ())) | ({str(finding.get("arm"))} - _EVERYWHERE)
    missing = sorted(needed - set(arms)) if arms is not None else []
    if missing:
        return f"the arm {', '.join(missing)} was not run"
    mine = [str(page) for page in finding.get("pages") or ()]
    unlisted = [page for page in mine if page not in set(pages)] if pages is not None else []
    if unlisted:
        return f"page not in the list: {_few(unlisted)}"
    hidden = [gap for gap in other.get("gaps", ()) if _hides(gap, mine, needed)]
    if hidden:
        return f"gap on {_few([str(g.get('url')) for g in hidden])}: {hidden[0].get('reason')}"
    claims = {str(c.get("id")): c for c in other.get("claims", ())}
    for claim in map(str, finding.get("claims") or ()):
        if claims.get(claim, {}).get("outcome") in (Outcome.INCONCLUSIVE, Outcome.ERROR):
            return f"the sentence {claim} could not be judged: {claims[claim].get('why') or 'no reason given'}"
    return ""


def _hides(gap: Mapping[str, Any], pages: Collection[str], arms: Collection[str]) -> bool:
    """Whether a gap covers a page and an arm that the finding was seen on."""
    arm, url = str(gap.get("arm") or ""), str(gap.get("url") or "")
    if arm not in _EVERYWHERE and arm not in arms and (arms or arm == Arm.TRACE):
        return False
    whole_site = gap.get("reason") in ("no-pages", "unreachable", "interrupted") and arm in _EVERYWHERE
    return not pages or not url or url in pages or whole_site


def _differences(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    pages_a: Collection[str] | None,
    pages_b: Collection[str] | None,
) -> tuple[tuple[str, ...], bool]:
    what = [
        f"{key}: {after.get(key) or 'none'}, was {before.get(key) or 'none'}"
        for key in ("outcome", "severity", "confidence", "coverage", "restriction", "purpose")
        if before.get(key) != after.get(key)
    ]
    if _waiver(before) != _waiver(after):
        what.append(f"acceptance: {_waiver(after)}, was {_waiver(before)}")
    was, now = before.get("visits") or {}, after.get("visits") or {}
    for arm in sorted({*was, *now}):
        if _share(was.get(arm)) != _share(now.get(arm)):
            what.append(f"{arm}: seen in {_share(now.get(arm))} visits, was {_share(was.get(arm))}")
    listed_a, listed_b = set(pages_a or ()), set(pages_b or ())
    more = [
        p for p in after.get("pages") or () if p not in (before.get("pages") or ()) and (not listed_a or p in listed_a)
    ]
    less = [
        p for p in before.get("pages") or () if p not in (after.get("pages") or ()) and (not listed_b or p in listed_b)
    ]
    what += [f"now on {_few(more)}"] * bool(more) + [f"no longer on {_few(less)}"] * bool(less)
    if list(before.get("claims") or ()) != list(after.get("claims") or ()):
        what.append(f"sentences: {', '.join(after.get('claims') or ()) or 'none'}")
    worse = (
        (_is_open(after) and not _is_open(before))
        or (_is_open(after) and list(Severity).index(_severity(after)) < list(Severity).index(_severity(before)))
        or (_is_open(after) and bool(more))
    )
    return tuple(what), worse


def _turns(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]], where: str, broken: str
) -> tuple[Turn, ...]:
    was, now = {str(r.get("id")): r for r in before}, {str(r.get("id")): r for r in after}
    turns = []
    for key in [*now, *(k for k in was if k not in now)]:
        a, b = str(was.get(key, {}).get("outcome", "")), str(now.get(key, {}).get("outcome", ""))
        reworded = key in was and key in now and was[key].get("quote") != now[key].get("quote")
        if a != b or reworded:
            word = _word(a, b, where, broken) + ("; the sentence was reworded" if reworded else "")
            turns.append(Turn(id=key, before=a, after=b, word=word, why=str(now.get(key, {}).get("why") or "")))
    return tuple(turns)


def _word(before: str, after: str, where: str, broken: str) -> str:
    if not after:
        return f"no longer in the {where}"
    if not before:
        return f"new in the {where}"
    if before == after:
        return "same outcome"
    if after == Outcome.VIOLATION:
        return f"newly {broken}"
    if after not in _JUDGED:
        return "no longer judged"
    return f"no longer {broken}" if before == Outcome.VIOLATION else "now judged"


def _remarks(a: Mapping[str, Any], b: Mapping[str, Any], pages_known: bool) -> Iterable[str]:
    if a.get("company") != b.get("company"):
        yield f"The runs are of different companies: {a.get('company')} and {b.get('company')}."
    if not pages_known:
        yield "The page lists of the runs are not known: a page that left the list cannot be told from a clean one."
    for name, key in (("earlier", a), ("later", b)):
        if _code(key) == 4:
            yield f"The {name} audit failed (exit code 4): what it does not report may still be there."


def _listed(verdicts: Mapping[str, Any], key: str) -> list[str] | None:
    value = verdicts.get(key)
    if isinstance(value, Mapping):
        value = list(value)
    return (
        [str(v.get("url", "")) if isinstance(v, Mapping) else str(v) for v in value]
        if isinstance(value, list)
        else None
    )


def _arms(verdicts: Mapping[str, Any]) -> list[str] | None:
    """The arms that were visited; None when nothing says so."""
    arms = _listed(verdicts, "arms")
    return _listed(verdicts, "visits") if arms is None else arms


def _by_fingerprint(verdicts: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(finding.get("fingerprint")): finding for finding in verdicts.get("findings", ())}


def _gaps_without(these: Mapping[str, Any], those: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Gaps of one audit that the other has not, each once."""
    known = {_gap_key(gap) for gap in those.get("gaps", ())}
    found = {_gap_key(gap): gap for gap in these.get("gaps", ()) if _gap_key(gap) not in known}
    return tuple(found.values())


def _gap_key(gap: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(gap.get(key)) for key in ("arm", "url", "reason"))


def _is_open(finding: Mapping[str, Any]) -> bool:
    return finding.get("outcome") == Outcome.VIOLATION and _waiver(finding) != "accepted"


def _waiver(finding: Mapping[str, Any]) -> str:
    waiver = finding.get("waiver")
    if not waiver:
        return "none"
    return "expired" if waiver.get("expired") or waiver.get("state") == "expired" else "accepted"


def _severity(finding: Mapping[str, Any]) -> Severity:
    """An unknown severity counts as critical, so that it is not overlooked."""
    try:
        return Severity(str(finding.get("severity")))
    except ValueError:
        return Severity.CRITICAL


def _share(pair: object) -> str:
    """Only all, some or none: k of n itself differs from night to night."""
    if not isinstance(pair, list | tuple) or len(pair) != 2 or not pair[1]:
        return "no"
    return "all" if pair[0] >= pair[1] else "some" if pair[0] else "no"


def _sorted(changes: list[Change]) -> tuple[Change, ...]:
    def order(change: Change) -> tuple[int, str, str, str]:
        finding = change.finding
        return (
            list(Severity).index(_severity(finding)),
            str(finding.get("vendor")),
            str(finding.get("rule")),
            change.fingerprint,
        )

    return tuple(sorted(changes, key=order))


def _few(names: list[str]) -> str:
    unique = list(dict.fromkeys(names))
    return ", ".join(unique[:3]) + (f" and {len(unique) - 3} more" if len(unique) > 3 else "")


def _code(verdicts: Mapping[str, Any]) -> int:
    code = verdicts.get("exit_code")
    return code if isinstance(code, int) else 4
