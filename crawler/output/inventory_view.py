"""Cookies, what scripts did, and what they stored, as every output tells them: bounded, and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.output import words
from crawler.output.browser_words import AREAS, INTERFACES, does, lifetime, refusal, when
from crawler.output.finding_view import Sighting, sightings
from crawler.rules.cookie_outlives_documentation import DAY_S, outlives

MAX_ROWS = 400
"""Rows of one table; verdicts.json has all, and the CSV files."""
MAX_ACTORS = 60
MAX_USES = 24
_OWN_HOSTS = {"first": "on the site’s own host", "same-organisation": "on a host of the company"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in which script; the address is a site's text."""

    url: str
    line: int | None

    @property
    def says(self) -> str:
        """`a.example/tag.js:12`; only what is not https names its scheme."""
        where = self.url.removeprefix("https://")
        return f"{where}:{self.line}" if self.line else where


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieView:
    """One line of the cookie table."""

    name: str
    domain: str
    party: str
    partition: str
    """`kept apart for each site` in words, empty for a cookie in the common jar."""
    vendor: str
    set_by: str
    setter: Place | None
    setter_name: str
    """Whose script it was, where that is not who the line is about."""
    history: str
    """`changed 3 times, deleted once`."""
    step: str
    lifetime: str
    asked: str
    """`asked 2 years`, where the browser kept it for less."""
    documented: str
    """`documented 90 days`, with how well that is known."""
    late: str
    """`longer than documented`, as the rule `cookie-outlives-documentation` counts; empty for all others."""
    doubt: str
    """`by its name alone`, where the vendor rests on no more, and `unclassified`."""
    receivers: tuple[tuple[str, str], ...]
    """Names of vendors whose requests carried the value, and in which arms where not in all of the cookie's."""
    more_receivers: int
    refused: tuple[str, ...]
    stored: bool
    hosts: tuple[tuple[str, int], ...]
    more_hosts: int
    arms: Mapping[str, Sighting | None]
    """Sightings by arm; an arm that is only named was seen, nobody says how often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseView:
    """One thing that the scripts of one actor did."""

    does: str
    kind: str
    calls: int
    visits: str
    apis: tuple[str, ...]
    details: tuple[str, ...]
    place: Place
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorView:
    """Whose scripts did what."""

    name: str
    note: str
    uses: tuple[UseView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One key, object store or cache."""

    area: str
    key: str
    origin: str
    party: str
    who: str
    setter: Place | None
    facts: str
    """`written 3 times, gone again at the end`."""
    arms: str


def cookie_views(verdicts: Mapping[str, Any], limit: int = MAX_ROWS) -> list[CookieView]:
    """Third parties first, what was kept before what was refused, then by vendor and name; the site's own come last."""
    names = words.vendor_names(verdicts)
    order = ("third", "same-organisation", "first")
    rows = sorted(
        _rows(verdicts.get("cookies")),
        key=lambda row: (
            order.index(str(row.get("party"))) if row.get("party") in order else -1,
            row.get("stored") is False,
            not row.get("vendor"),
            *(str(row.get(key) or "").casefold() for key in ("vendor", "name", "domain")),
        ),
    )
    return [_cookie(row, names) for row in rows[:limit]]


def actor_views(verdicts: Mapping[str, Any]) -> list[ActorView]:
    """Vendors with the most kinds of calls first, then the site's own scripts, then those without an address."""
    names = words.vendor_names(verdicts)
    rows = sorted(
        _rows(verdicts.get("behaviour")),
        key=lambda row: (
            not row.get("vendor"),
            row.get("party") == "unknown",
            -len(_rows(row.get("uses"))),
            str(row.get("name") or ""),
        ),
    )
    return [_actor(row, names) for row in rows[:MAX_ACTORS]]


def item_views(verdicts: Mapping[str, Any], limit: int = MAX_ROWS) -> list[ItemView]:
    """Databases and caches before keys, by who wrote them."""
    names = words.vendor_names(verdicts)
    areas = ("indexeddb", "cache", "local", "session")
    rows = sorted(
        _rows(verdicts.get("storage")),
        key=lambda row: (
            not row.get("vendor"),
            names.get(str(row.get("vendor") or ""), "").casefold(),
            areas.index(str(row.get("area"))) if row.get("area") in areas else len(areas),
            *(str(row.get(key) or "") for key in ("origin", "key")),
        ),
    )
    return [_item(row, names) for row in rows[:limit]]


def not_listed(verdicts: Mapping[str, Any], *streams: str) -> int:
    """Rows of these streams that found no room in the tables of the verdicts."""
    told = verdicts.get("not_listed")
    return sum(_number(told.get(stream)) for stream in streams) if isinstance(told, Mapping) else 0


def history(changes: object) -> str:
    """`changed 3 times, deleted once`; that it was set is no news."""
    told = changes if isinstance(changes, Mapping) else {}
    return ", ".join(f"{word} {_times(_number(told.get(word)))}" for word in ("changed", "deleted") if told.get(word))


def asked(row: Mapping[str, Any]) -> str:
    """`asked 2 years` where a cookie was kept for clearly less, or not at all."""
    wanted, kept = row.get("asked_lifetime_days"), row.get("lifetime_days")
    if not isinstance(wanted, int | float):
        return ""
    # Clocks differ a little, and the browser counts from when it stored.
    less = not isinstance(kept, int | float) or wanted > kept * 1.01 + 0.01
    return f"asked {lifetime(wanted)}" if less else ""


def documented(row: Mapping[str, Any]) -> str:
    """`documented 90 days`; empty where the catalogue knows no lifetime."""
    days = row.get("documented_lifetime_days")
    if not isinstance(days, int | float) or isinstance(days, bool):
        return ""
    memory = "" if row.get("documented_verified") is True else " (from memory)"
    return f"documented {lifetime(days) if days else 'session'}{memory}"


def late(row: Mapping[str, Any]) -> str:
    """`longer than documented`, of a cookie that was kept and asked for clearly more than its documentation says."""
    told, wanted, kept = (row.get(f"{key}lifetime_days") for key in ("documented_", "asked_", ""))
    days = [None if isinstance(d, bool) or not isinstance(d, int | float) else d * DAY_S for d in (told, wanted, kept)]
    return "longer than documented" if row.get("stored") is not False and outlives(*days) else ""


def _doubt(row: Mapping[str, Any]) -> str:
    if row.get("unclassified") is True:
        return "unclassified"
    return "by its name alone" if row.get("basis") == "name" else ""


def _receivers(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Vendor and, where it got the value in one of the cookie's arms only, that arm."""
    own = {str(arm) for arm in row.get("arms") or ()} if isinstance(row.get("arms"), list | Mapping) else set()
    found = []
    for to in _rows(row.get("value_sent_to")):
        arms = [str(arm) for arm in _list(to.get("arms"))]
        told = "" if own <= set(arms) else ", ".join(words.ARM_WORDS.get(a, a) for a in words.arms_in_order(arms))
        found.append((str(to.get("name") or to.get("vendor") or ""), told))
    return found


def _kept(row: Mapping[str, Any]) -> str:
    """A cookie that was deleted again has no lifetime in the browser, and is none of a session for that."""
    changes, days = row.get("changes"), row.get("lifetime_days")
    gone = isinstance(changes, Mapping) and _number(changes.get("deleted")) > 0
    return "deleted again" if days is None and gone and row.get("asked_lifetime_days") else lifetime(days)


def _cookie(row: Mapping[str, Any], names: Mapping[str, str]) -> CookieView:
    vendor, setter = (str(row.get(key) or "") for key in ("vendor", "setter_vendor"))
    keys = [str(key) for key in _list(row.get("partition_keys"))]
    apart = "".join(f"kept apart for {key.removeprefix('https://')}" for key in keys[:1])
    apart += f" and {words.count(len(keys) - 1, 'more site')}" if keys[1:] else ""
    hosts = [(str(h.get("host") or ""), _number(h.get("requests"))) for h in _rows(row.get("sent_to"))]
    of = max(_number(row.get("sent_hosts")), len(hosts))
    stored = row.get("stored") is not False
    receivers = _receivers(row)
    return CookieView(
        name=str(row.get("name") or ""),
        domain=str(row.get("domain") or ""),
        party=_party(row.get("party")),
        partition=apart,
        vendor=names.get(vendor) or words.vendor_name(vendor),
        set_by={"http": "response", "cookie-store": "script (cookieStore)"}.get(
            str(row.get("set_by")), str(row.get("set_by") or "")
        ),
        setter=_place(row.get("setter_url"), row.get("setter_line")),
        setter_name="" if setter in ("", vendor) else names.get(setter) or words.vendor_name(setter),
        history=history(row.get("changes")),
        step=when(row.get("step")),
        lifetime=_kept(row) if stored else "not kept",
        asked=asked(row),
        documented=documented(row),
        late=late(row),
        doubt=_doubt(row),
        receivers=tuple(receivers[:4]),
        more_receivers=max(0, max(_number(row.get("value_vendors")), len(receivers)) - len(receivers[:4])),
        refused=tuple(dict.fromkeys(refusal(reason) for reason in _list(row.get("blocked_reasons"))))[:4],
        stored=stored,
        hosts=tuple(hosts[:3]),
        more_hosts=max(0, of - len(hosts[:3])),
        arms=_arms(row.get("arms")),
    )


def _arms(arms: object) -> dict[str, Sighting | None]:
    if not isinstance(arms, Mapping):
        return {str(arm): None for arm in _list(arms)}
    pairs = {arm: state.get("visits") if isinstance(state, Mapping) else state for arm, state in arms.items()}
    return {str(arm): next(iter(sightings({arm: pair})), None) for arm, pair in pairs.items()}


def _actor(row: Mapping[str, Any], names: Mapping[str, str]) -> ActorView:
    vendor, party = str(row.get("vendor") or ""), str(row.get("party") or "")
    own = {"unknown": "Scripts without an address"}.get(party, "The site’s own scripts")
    scripts = _number(row.get("scripts"))
    notes = [str(row.get("purpose") or ""), _OWN_HOSTS.get(party, "")] if vendor else []
    notes.append(words.count(scripts, "script") if scripts else "")
    order = list(INTERFACES)
    uses = sorted(
        _rows(row.get("uses")),
        key=lambda use: order.index(str(use.get("kind"))) if use.get("kind") in order else len(order),
    )
    return ActorView(
        name=(names.get(vendor) or str(row.get("name") or "") or words.vendor_name(vendor)) if vendor else own,
        note=" · ".join(note for note in notes if note and note != "unknown"),
        uses=tuple(_use(use) for use in uses[:MAX_USES]),
    )


def _use(use: Mapping[str, Any]) -> UseView:
    seen = next(iter(sightings({"trace": use.get("visits")})), None)
    kind, apis = str(use.get("kind") or ""), tuple(str(api) for api in _list(use.get("apis")))
    return UseView(
        does=does(kind, apis),
        kind=kind,
        calls=_number(use.get("calls")),
        visits=seen.says if seen else "",
        apis=apis,
        details=tuple(str(detail) for detail in _list(use.get("details"))),
        place=_place(use.get("url"), use.get("line")) or Place(url="", line=None),
        step=when(use.get("step")),
    )


def _item(row: Mapping[str, Any], names: Mapping[str, str]) -> ItemView:
    vendor, area = (str(row.get(key) or "") for key in ("vendor", "area"))
    facts = []
    if _number(row.get("writes")):
        facts.append(f"written {_times(_number(row.get('writes')))}")
    if isinstance(row.get("entries"), int):
        facts.append(words.count(_number(row.get("entries")), "response" if area == "cache" else "record"))
    if row.get("removed"):
        facts.append("gone again at the end")
    arms = [str(arm) for arm in _list(row.get("arms"))]
    return ItemView(
        area=AREAS.get(area, area),
        key=str(row.get("key") or ""),
        origin=str(row.get("origin") or "").removeprefix("https://"),
        party=_party(row.get("party")),
        who=names.get(vendor) or words.vendor_name(vendor),
        setter=_place(row.get("setter_url"), row.get("setter_line")),
        facts=", ".join(facts),
        arms=", ".join(words.ARM_WORDS.get(arm, arm) for arm in words.arms_in_order(arms)),
    )


def _place(url: object, line: object) -> Place | None:
    return Place(url=str(url), line=line if isinstance(line, int) and line > 0 else None) if url else None


def _party(party: object) -> str:
    return f"{party} party" if party in ("first", "third") else str(party or "")


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
