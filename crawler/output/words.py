"""The words and marks that every output uses for the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from crawler.findings import Outcome, Severity

INCOMPLETE = "incomplete"
"""How a sentence is shown whose outcome is `violation` only because it leaves out what was seen."""

OUTCOME_WORDS: Mapping[str, str] = MappingProxyType(
    {
        Outcome.VIOLATION: "contradicted",
        INCOMPLETE: "incomplete",
        Outcome.ERROR: "check failed",
        Outcome.INCONCLUSIVE: "not judged",
        Outcome.PASS: "kept",
        Outcome.NOT_CHECKABLE: "not checkable",
    }
)
"""What an outcome, or `INCOMPLETE`, means for a sentence of a policy, worst first."""

OUTCOME_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        Outcome.VIOLATION: "The browser saw something that contradicts the sentence.",
        INCOMPLETE: "The browser saw something that this part of the policy leaves out.",
        Outcome.ERROR: "The check itself broke; nothing can be said.",
        Outcome.INCONCLUSIVE: "Evidence was missing or changed between repetitions; look again.",
        Outcome.PASS: "Checked, on complete evidence, and nothing contradicts it.",
        Outcome.NOT_CHECKABLE: "No browser sees it, or no check here does. Nothing contradicted it; that is no proof.",
    }
)

OUTCOME_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        Outcome.VIOLATION: "✕",
        INCOMPLETE: "…",
        Outcome.ERROR: "!",
        Outcome.INCONCLUSIVE: "?",
        Outcome.PASS: "✓",
        Outcome.NOT_CHECKABLE: "–",
    }
)

EXIT_MEANINGS: Mapping[int, str] = MappingProxyType(
    {
        0: "every rule passed on complete evidence",
        1: "at least one violation that is not waived, at or above the gate's severity",
        2: "wrong arguments, or an invalid expectations file",
        3: "no violation that fails the gate, but something could not be judged",
        4: "our own failure: a rule or the crawler broke",
    }
)

SEVERITIES: tuple[str, ...] = tuple(Severity)

RESTRICTION_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "none": "no hits",
        "restricted": "restricted",
        "self-honour-claimed": "honours the signal by itself, says the vendor",
        "unknown": "no opt-out state visible",
        "unrestricted": "unrestricted",
    }
)

ARM_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "control": "without a signal",
        "gpc": "with GPC",
        "dnt": "with Do Not Track",
        "no-cookies": "cookies blocked",
        "decline": "banner declined",
        "opt-out": "after opting out",
        "ga-opt-out": "with the Analytics opt-out",
        "trace": "explaining visit",
        "all": "every arm",
    }
)

ARM_ORDER = tuple(ARM_WORDS)
_OUTCOMES = frozenset(map(str, Outcome))


def sends(what: object) -> list[str]:
    """What a vendor got besides its events, in a few words each: of `vendors[].sends` in verdicts.json, for one arm."""
    if not isinstance(what, Mapping):
        return []
    parts = []
    for item in (what.get("user_data") or ())[:3]:
        if isinstance(item, Mapping):
            parts.append(f"{item.get('kind')} {item.get('form')} ({item.get('parameter')})")
    for key, word in (("client_ids", "browser ids"), ("page_data", "page data")):
        names = [str(name) for name in what.get(key) or ()]
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            parts.append(f"{word} ({', '.join(names[:3])}{more})")
    unread = what.get("undecodable_bytes")
    if isinstance(unread, int) and unread > 0:
        parts.append(f"{unread:,} bytes unread")
    return parts


def arms_in_order(arms: Mapping[str, Any] | Sequence[str] | set[str]) -> list[str]:
    """Arm names in the order in which reports show them: control first."""
    return sorted(arms, key=lambda arm: (ARM_ORDER.index(arm) if arm in ARM_ORDER else len(ARM_ORDER), arm))


def outcome_of(value: object) -> str:
    """A known outcome; anything else is an error, never a pass."""
    return str(value) if value in _OUTCOMES else Outcome.ERROR.value


def severity_rank(value: object) -> int:
    """0 for critical; an unknown word ranks as critical, so that it is not overlooked."""
    return SEVERITIES.index(str(value)) if value in SEVERITIES else 0


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 page`, `3 pages`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def is_waived(finding: Mapping[str, Any]) -> bool:
    """Whether an acceptance holds for this finding today; an expired one does not."""
    waiver = finding.get("waiver") or {}
    return bool(waiver) and not waiver.get("expired") and waiver.get("state", "active") != "expired"


def is_violation(finding: Mapping[str, Any]) -> bool:
    """A contradiction that nobody has accepted."""
    return finding.get("outcome") == Outcome.VIOLATION and not is_waived(finding)


def gaps_in_comparison(verdicts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The gaps without those of explaining visits, on which no judgement rests."""
    return [gap for gap in verdicts.get("gaps", ()) if gap.get("arm") != "trace"]


def vendor_names(verdicts: Mapping[str, Any]) -> dict[str, str]:
    """Vendor key to the name that people know; keys without one speak for themselves."""
    names: dict[str, str] = {}
    for row in [*verdicts.get("findings", ()), *verdicts.get("vendors", ())]:
        key = str(row.get("vendor") or "")
        name = str(row.get("vendor_name") or row.get("name") or "")
        if key and (name not in ("", key) or key not in names):
            names[key] = name if name not in ("", key) else vendor_name(key)
    return names


def vendor_name(key: str) -> str:
    """A readable name made from a catalogue key; domain names stay as they are."""
    bare = key.removeprefix("tpw:")
    if "." in bare or not bare:
        return bare
    return " ".join(word[:1].upper() + word[1:] for word in bare.split("-") if word)
