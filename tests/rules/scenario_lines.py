"""Single lines of a scenario: a sentence of the policy, what was seen of a request or a cookie, what a page says.

Short names stand for real requests of the vendor catalogue (`tests.rules.world.REQUESTS`); a full URL may be given
instead. Unknown words fail.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawler.claims import Claim, ClaimKind, Purpose
from crawler.evidence import Arm, ConsentState, Cookie, IdentifierSent, Request, SetCookie, StorageItem, Visit
from crawler.parties import party
from tests.rules.world import REPEAT, REQUESTS, SITE, a_claim, a_cookie, a_request, a_state, an_item

TYPES = {"library": "script", "loader": "script", "score": "script", "invisible": "document", "checkbox": "document"}
"""Kinds of requests by the last word of a short name; all others are images."""

_SEEN = {
    "what", "page", "in", "sends", "sends stored", "stores", "sets", "for days", "unreached", "from cache", "blocked",
    "always the same value", "after", "with cookies", "as", "matches", "keeps", "by", "asked days",
    "answers with a pixel",
}  # fmt: skip
"""The words of a line about what was seen."""


def claim_of(claim_id: str, text: str) -> Claim:
    """`names V`, `names V as VARIANT`, `covers P, P`, `limits P, P`, `honours gpc`, `denies vendor V (for review)`."""
    text, review = text.removesuffix(" (for review)"), text.endswith(" (for review)")
    word, _, rest = text.partition(" ")
    purposes = tuple(Purpose(p) for p in re.split(r", ", rest)) if word in ("covers", "limits") else ()
    if word == "names":
        vendor, _, variant = rest.partition(" as ")
        return a_claim(claim_id, ClaimKind.VENDOR, vendor=vendor, variant=variant or None)
    if word == "covers":
        return a_claim(claim_id, ClaimKind.CATEGORY, purposes=purposes)
    if word == "limits":
        return a_claim(claim_id, ClaimKind.DATA, limits=purposes)
    if word == "honours":
        return a_claim(claim_id, ClaimKind.SIGNAL, signal=rest, honoured=True)
    assert word == "denies", f"unknown policy word {word!r}"
    kind, _, value = rest.partition(" ")
    given: dict[str, Any] = {"vendor": "vendors", "role": "roles", "purpose": "purposes"}
    given = {given[kind]: (Purpose(value) if kind == "purpose" else value,)}
    return a_claim(claim_id, ClaimKind.FORBIDDEN, review=review, **given)


def troubled(visit: Visit, spec: dict[str, Any]) -> Visit:
    """The visit with what went wrong by the lines of `failed` (`gpc 2 crash`) and `unproven` (`gpc all`)."""
    for line in spec.get("failed") or []:
        arm, which, reason = line.split(" ", 2)
        if visit.arm == arm and which in (str(visit.repetition), "all"):
            visit = replace(visit, ok=False, reason=reason)
    for line in spec.get("unproven") or []:
        arm, which = line.split(" ")
        if visit.arm == arm and which in (str(visit.repetition), "all"):
            assert visit.signal is not None
            visit = replace(visit, signal=replace(visit.signal, proven=False, why="the header was missing"))
    return visit


def states_of(entry: Any, arm: Arm, visits: list[Visit]) -> Iterator[ConsentState]:
    """`usprivacy 1YYN`, or the same as `what` with `page` and `in`."""
    entry = entry if isinstance(entry, dict) else {"what": entry}
    assert set(entry) <= {"what", "page", "in"}, f"unknown keys: {set(entry)}"
    source, _, value = entry["what"].partition(" ")
    for visit in _shown_in(entry, arm, visits):
        yield a_state(visit, source, value)


def rows_of(entry: dict[str, Any], arm: Arm, visits: list[Visit]) -> Iterator[Request | Cookie | StorageItem]:
    """`what` is a short name or a URL: a request of it in every visit of the arm and page; with `keeps`, a cookie; with
    `stores` (`local the_key`), a key of the storage."""
    assert set(entry) <= _SEEN, f"unknown keys: {set(entry) - _SEEN}"
    url = REQUESTS.get(entry["what"], entry["what"])
    nobody = url == "nobody knows what" and ("keeps" in entry or "stores" in entry)
    assert "://" in url or nobody, f"unknown short name {url!r}"
    for visit in _shown_in(entry, arm, visits):
        if "keeps" in entry:
            yield _kept(entry, url, visit)
        elif "stores" in entry:
            area, _, key = entry["stores"].partition(" ")
            yield an_item(visit, area=area, key=key, value_hash=visit.id, setter_url=url if "://" in url else None)
        else:
            yield a_request(_of_visit(url, visit), visit, **_changes(entry, visit))


def _shown_in(entry: dict[str, Any], arm: Arm, visits: list[Visit]) -> Iterator[Visit]:
    """The visits of one arm and page, the first so many repetitions where the line says `in`."""
    for visit in visits:
        wanted = visit.arm is arm and visit.page_url == SITE + entry.get("page", "/")
        if wanted and visit.repetition <= entry.get("in", REPEAT):
            yield visit


def _changes(entry: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """What a line says of its request, as fields of the row."""
    value = "00" if entry.get("always the same value") else visit.id
    changes: dict[str, Any] = {"resource_type": TYPES.get(entry["what"].rpartition(" ")[2], "image")}
    if "as" in entry:
        changes["resource_type"] = entry["as"]
    if "with cookies" in entry:
        changes["cookies_sent"] = tuple(entry["with cookies"].split(", "))
    if "sends" in entry:
        changes["identifiers"] = (_sent(f"{entry['sends']} on acme.example", value),)
    if "sends stored" in entry:
        changes["identifiers"] = (_sent(f"{entry['sends stored']} on {SITE}", value),)
    if "matches" in entry:
        changes["identifiers_of_others"] = (_sent(entry["matches"], value),)
    if "sets" in entry:
        name, _, domain = entry["sets"].partition(" on ")
        changes["set_cookie"] = (
            SetCookie(
                name=name, domain=domain, path="/", value_hash=value, value_length=32,
                asked_lifetime_s=entry["for days"] * 86400.0, secure=True, http_only=False, same_site="None",
                partitioned=False, blocked=("ThirdPartyPhaseout",) if entry.get("blocked") else (),
            ),
        )  # fmt: skip
    if entry.get("answers with a pixel"):
        changes |= {"response_bytes": 43, "response_headers": {"content-type": "image/gif"}}
    if "after" in entry:
        changes["step"] = entry["after"]
    if entry.get("unreached"):
        changes |= {"status": None, "error": "net::ERR_NAME_NOT_RESOLVED"}
    if entry.get("from cache"):
        changes |= {"on_wire": False, "wire_class": "cache"}
    return changes


def _sent(words: str, value: str) -> IdentifierSent:
    """`uid on nobody-knows.example`: the value of a cookie, in the URL."""
    name, _, domain = words.partition(" on ")
    return IdentifierSent(name=name, domain=domain, where="url", value_hash=value)


def _of_visit(url: str, visit: Visit) -> str:
    """A URL in which `{visit}` and `{hash}` stand for a word and a hash that no other visit has."""
    digest = hashlib.sha256(visit.id.encode()).hexdigest()
    return url.replace("{visit}", visit.id).replace("{hash}", digest)


def _kept(entry: dict[str, Any], url: str, visit: Visit) -> Cookie:
    """A cookie of the jar; `what` is the address of the response or script that set it."""
    name, _, domain = entry["keeps"].partition(" on ")
    days = {key: entry[key] * 86400.0 if key in entry else None for key in ("asked days", "for days")}
    return a_cookie(
        visit,
        name=name,
        domain=domain,
        party=str(party(domain, visit.page_url)),
        set_by=entry.get("by", "unknown"),
        setter_url=url if "://" in url else None,
        asked_lifetime_s=days["asked days"],
        stored_lifetime_s=days["for days"],
    )
