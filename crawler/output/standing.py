"""How each sentence of the policy stands: contradicted, or only silent about something that the browser saw.

In verdicts.json both are a `violation`. People read them differently: a sentence that does not mention a vendor is not
untrue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.findings import Outcome
from crawler.output import words

_LEAVES_OUT = "undeclared-"
"""How the names of the checks begin that find something undeclared."""


def standings(verdicts: Mapping[str, Any]) -> list[str]:
    """For each claim, in their order: its outcome, or `words.INCOMPLETE`."""
    accusing = {
        str(f.get("fingerprint")): str(f.get("rule"))
        for f in verdicts.get("findings", ())
        if f.get("outcome") == Outcome.VIOLATION
    }
    return [_standing(claim, accusing) for claim in verdicts.get("claims", ())]


def _standing(claim: Mapping[str, Any], accusing: Mapping[str, str]) -> str:
    """A violation without any check that accuses stays a contradiction: nothing shows that it is less."""
    outcome = words.outcome_of(claim.get("outcome"))
    if outcome != Outcome.VIOLATION:
        return outcome
    checks = [accusing[f] for f in map(str, claim.get("findings") or ()) if f in accusing]
    checks += [str(r.get("id")) for r in claim.get("rules") or () if r.get("outcome") == Outcome.VIOLATION]
    return words.INCOMPLETE if checks and all(c.startswith(_LEAVES_OUT) for c in checks) else outcome
