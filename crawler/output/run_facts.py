"""How the run was made, read from its manifest: versions, arms and their proofs, pages, reconciliation, hashes.

A manifest of another version may lack anything; what is not there is not shown, and nothing here raises on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.bundle import account
from crawler.output import words
from crawler.output.browser_words import STEPS
from crawler.output.ledger_view import LedgerView, ledger_view

MAX_STEPS = 20
_SHOWN_ELSEWHERE = frozenset({"visits", "pages", "arms", "files", "schema", "rows", "reconciliation", "steps"})
_FOR_A_RESUME = frozenset({"options", "discovered"})
"""What a run notes for itself; what a reader wants of it stands in other settings, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmFacts:
    """One arm: how it was made, and what proves it."""

    arm: str
    words: str
    method: str
    visits_ok: int
    visits: int
    proven: int
    asked: int
    """Visits that could be asked for a proof."""
    with_signal: int
    could_carry: int
    exempt: int
    failed_proofs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """One step of the visits: what was done, and in how many visits of each arm."""

    name: str
    meaning: str
    visits: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What a report says about the run itself."""

    settings: tuple[tuple[str, str], ...]
    arms: tuple[ArmFacts, ...]
    pages: tuple[str, ...]
    not_visited: str
    """A sentence on the pages beyond the limit; empty when there are none."""
    ledger: LedgerView | None
    """None when nothing is known of it."""
    steps: tuple[StepFacts, ...]
    failed_visits: tuple[tuple[str, str, str], ...]
    """Visit, page, reason."""
    files: tuple[tuple[str, str], ...]


def run_facts(manifest: Mapping[str, Any], visit_rows: Iterable[Mapping[str, Any]] = ()) -> RunFacts:
    """Read a manifest (run.json); `visit_rows` are the rows of the stream `visits`, where the proofs stand."""
    visits = [visit for visit in (list(visit_rows) or _rows(manifest.get("visits"))) if visit.get("arm")]
    return RunFacts(
        settings=tuple(_settings(manifest)),
        arms=tuple(_arm(arm, visits, manifest.get("arms")) for arm in arms(manifest)),
        pages=pages(manifest),
        not_visited=not_visited(manifest),
        ledger=ledger_view(manifest, visits),
        steps=tuple(_steps(manifest, visits)),
        failed_visits=tuple(
            (str(v.get("id", "")), str(v.get("page_url", "")), str(v.get("reason") or "failed"))
            for v in visits
            if v.get("ok") is False
        ),
        files=tuple((str(k), str(v)) for k, v in sorted(_mapping(manifest.get("files")).items())),
    )


def pages(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """The page list of a run; each entry a URL, or an object with one."""
    listed = manifest.get("pages")
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        return ()
    return tuple(str(page.get("url", "")) if isinstance(page, Mapping) else str(page) for page in listed)


def not_visited(manifest: Mapping[str, Any]) -> str:
    """`3 more pages are known and were not visited (limit 30).`; empty when every known page was visited."""
    more, limit = _number(manifest.get("pages_beyond_limit")), manifest.get("max_pages")
    if more <= 0:
        return ""
    known = (
        f"{words.count(more, 'more page')} {'is' if more == 1 else 'are'} known and {'was' if more == 1 else 'were'}"
    )
    return f"{known} not visited" + (f" (limit {limit:,})." if isinstance(limit, int) else ".")


def arms(manifest: Mapping[str, Any]) -> list[str]:
    """The arms of a run, those of the plan and those that were visited, control first."""
    declared = manifest.get("arms")
    found = {str(v["arm"]) for v in _rows(manifest.get("visits")) if v.get("arm")}
    if isinstance(declared, Mapping):
        found |= {str(arm) for arm in declared}
    elif isinstance(declared, Sequence) and not isinstance(declared, str):
        found |= {str(a.get("arm", "")) if isinstance(a, Mapping) else str(a) for a in declared}
    return words.arms_in_order(found)


def _arm(arm: str, visits: Iterable[Mapping[str, Any]], declared: object) -> ArmFacts:
    mine = [visit for visit in visits if visit.get("arm") == arm]
    proofs = [_mapping(visit.get("signal")) for visit in mine if visit.get("signal")]
    methods = sorted({str(proof.get("method", "")) for proof in proofs} - {""})
    made = _mapping(declared.get(arm)) if isinstance(declared, Mapping) else {}
    return ArmFacts(
        arm=arm,
        words=words.ARM_WORDS.get(arm, arm),
        method=", ".join(methods) or str(made.get("method") or made.get("how") or ""),
        visits_ok=sum(visit.get("ok") is True for visit in mine),
        visits=len(mine),
        proven=sum(proof.get("proven") is True for proof in proofs),
        asked=len(proofs),
        with_signal=sum(_number(proof.get("requests_with")) for proof in proofs),
        could_carry=sum(_number(proof.get("requests_of")) for proof in proofs),
        exempt=sum(_number(proof.get("exempt")) for proof in proofs),
        failed_proofs=tuple(
            f"{visit.get('id', '?')}: {_mapping(visit['signal']).get('why', '')}"
            for visit in mine
            if visit.get("signal") and _mapping(visit["signal"]).get("proven") is not True
        )[:10],
    )


def _settings(manifest: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Every plain setting that the manifest states, nested ones with a dotted name."""
    shown = 0
    for name, value in _flat(manifest):
        if shown < 60 and value not in (None, ""):
            shown += 1
            yield name, value


def _flat(mapping: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterable[tuple[str, str]]:
    for key, value in mapping.items():
        if not depth and key in _SHOWN_ELSEWHERE | _FOR_A_RESUME:
            continue
        name = f"{prefix}{key}".replace("_", " ")
        if isinstance(value, Mapping):
            if depth < 3:
                yield from _flat(value, f"{prefix}{key}: ", depth + 1)
        elif isinstance(value, list | tuple):
            yield name, ", ".join(_item(item) for item in value[:20])
        elif isinstance(value, bool):
            yield name, "yes" if value else "no"
        elif value is not None:
            yield name, str(value)


def _item(item: object) -> str:
    """One entry of a list, in words."""
    if isinstance(item, Mapping):
        return "; ".join(f"{str(key).replace('_', ' ')}: {value}" for key, value in item.items())
    return str(item)


def _steps(manifest: Mapping[str, Any], visits: Sequence[Mapping[str, Any]]) -> Iterable[StepFacts]:
    """The steps that visits were made of, in their order; those that this version does not know come last."""
    stated = _mapping(manifest.get("steps")) or account.steps(visits)
    counts: dict[str, dict[str, int]] = {}
    for arm in words.arms_in_order({str(arm) for arm in stated}):
        for name, number in _mapping(stated.get(arm)).items():
            counts.setdefault(str(name), {})[arm] = _number(number)
    order = list(STEPS)
    for name in sorted(counts, key=lambda n: (order.index(n) if n in order else len(order), n))[:MAX_STEPS]:
        yield StepFacts(name=name, meaning=STEPS.get(name, ""), visits=counts[name])


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
