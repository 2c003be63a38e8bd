"""The Global Privacy Platform string: a header that lists sections, then the sections, joined by `~`.

The header is type 3, a version, and a range of section numbers coded in Fibonacci integers. A US section is a core and
optional sub-sections joined by `.`; sub-section type 1 holds one bit, whether the page saw GPC. That bit alone decides
nothing: `Gpc` set beside fields that say "not opted out" is the picture of a signal recorded and not acted on.
Source: github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform, Core/ and Sections/, read 2026-11-22. Other
names of the string and of its applicable sections, read 2026-11-28 in bidder adapters of prebid/Prebid.js on GitHub:
`gppString` (MGID), `gppsid`, `applicableSections`; `gppSid` is OneTrust's writing; OpenRTB bodies have `gpp` and a list
`gpp_sid` under `regs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.findings import Restriction
from crawler.signals import us_privacy
from crawler.signals.bits import Bits
from crawler.signals.carried import SILENT, Reading, Said, Unreadable, shown
from crawler.signals.gpp_sections import FIELD_BITS, LAYOUTS, NAMES, OPT_OUT_FIELDS, VERSION_BITS

MAX_CHARS = 16_384
"""A real string has a few hundred characters; a longer one than this is not decoded."""
MAX_SECTIONS = 64
NAMES_OF_STRING = ("gpp", "gppString")
NAMES_OF_SECTIONS = ("gpp_sid", "gppsid", "gppSid", "applicableSections")
_US_PRIVACY = 6
_MEANING = {0: "not applicable", 1: "opted out", 2: "not opted out"}


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its opt-out fields by name (0, 1, 2), its GPC bit, or why it could not be read."""

    number: int
    name: str
    fields: Mapping[str, int] = field(default_factory=dict)
    gpc: bool | None = None
    problem: str | None = None
    confirmed: bool = True

    @property
    def restriction(self) -> Restriction:
        """Restricted when every applicable opt-out is taken, unrestricted when none is, unknown otherwise."""
        given = {value for value in self.fields.values() if value != 0}
        # A layout that was not confirmed field by field neither accuses nor clears anybody.
        if self.problem is not None or not self.confirmed or not given <= {1, 2} or len(given) != 1:
            return Restriction.UNKNOWN
        return Restriction.RESTRICTED if given == {1} else Restriction.UNRESTRICTED

    @property
    def meaning(self) -> str:
        """The section in words."""
        if self.problem is not None:
            return f"{self.name}: {self.problem}"
        said = ", ".join(f"{name}={value}" for name, value in self.fields.items())
        bit = "" if self.gpc is None else f", Gpc={int(self.gpc)}"
        doubt = "" if self.confirmed else " (layout not confirmed)"
        return f"{self.name}: {said}{bit}{doubt}"


@dataclass(frozen=True, slots=True)
class GppString:
    """The sections of a string, in its order."""

    sections: tuple[Section, ...]

    def state(self, applicable: frozenset[int] | None = None) -> Restriction:
        """What the applicable US sections agree on; unknown when they differ or say nothing. None means all."""
        states = {
            section.restriction
            for section in self.sections
            if (applicable is None or section.number in applicable) and section.restriction is not Restriction.UNKNOWN
        }
        return states.pop() if len(states) == 1 else Restriction.UNKNOWN


def parse(text: str) -> GppString | Unreadable:
    """Decode a string. Never raises: what cannot be decoded as a whole is `Unreadable`, a bad section has a problem."""
    if not text:
        return Unreadable("the GPP string is empty")
    if len(text) > MAX_CHARS:
        return Unreadable(f"the GPP string has {len(text)} characters, more than {MAX_CHARS}")
    header, *bodies = text.split("~")
    try:
        numbers = _header(Bits(header))
    except ValueError as error:
        return Unreadable(f"the header of the GPP string '{shown(text)}' cannot be decoded: {error}")
    if len(numbers) != len(bodies):
        return Unreadable(f"the GPP string announces {len(numbers)} sections and holds {len(bodies)}")
    return GppString(tuple(_section(number, body) for number, body in zip(numbers, bodies, strict=True)))


def _header(bits: Bits) -> list[int]:
    kind, version = bits.number(6), bits.number(6)
    if kind != 3:
        raise ValueError(f"its type is {kind}, not 3")
    if version != 1:
        raise ValueError(f"its version is {version}, not 1")
    numbers: list[int] = []
    last = 0
    for _ in range(bits.number(12)):
        group = bits.bit()
        first = last + bits.fibonacci()
        last = first + bits.fibonacci() if group else first
        if last - first >= MAX_SECTIONS or len(numbers) >= MAX_SECTIONS:
            raise ValueError(f"it announces more than {MAX_SECTIONS} sections")
        numbers.extend(range(first, last + 1))
    return numbers


def _section(number: int, body: str) -> Section:
    name = NAMES.get(number, f"section {number}")
    if number == _US_PRIVACY:
        old = us_privacy.parse(body)
        if isinstance(old, Unreadable):
            return Section(number, name, problem=old.reason)
        return Section(number, name, {"SaleOptOut": {"Y": 1, "N": 2, "-": 0}[old.opted_out]})
    layout = LAYOUTS.get(number)
    if layout is None:
        return Section(number, name, problem="not decoded")
    core, *rest = body.split(".")
    try:
        bits = Bits(core)
        version = bits.number(VERSION_BITS)
        if version == number and not layout.confirmed:
            return Section(number, name, problem="it has a header of its own, which is not decoded")
        if version not in layout.versions:
            return Section(number, name, problem=f"version {version} is not a documented one")
        values = {field_name: bits.number(FIELD_BITS) for field_name in layout.fields}
        gpc = _gpc(rest) if layout.gpc else None
    except ValueError as error:
        return Section(number, name, problem=str(error))
    fields = {field_name: values[field_name] for field_name in OPT_OUT_FIELDS if field_name in values}
    if 3 in fields.values():
        return Section(number, name, fields, gpc, problem="an opt-out field has the undefined value 3")
    return Section(number, name, fields, gpc, confirmed=layout.confirmed)


def _gpc(sub_sections: list[str]) -> bool | None:
    for text in sub_sections:
        bits = Bits(text)
        if bits.number(2) == 1:
            return bits.bit()
    return None


def decode(said: Said) -> Reading:
    """The state that a request's GPP string gives; `gpp_sid` says which of its sections apply."""
    texts = [value for name, value in said if name in NAMES_OF_STRING and value][:5]
    if not texts:
        return SILENT
    applicable = _applicable(said)
    states, words = set(), []
    for text in texts:
        read = parse(text)
        if isinstance(read, Unreadable):
            states.add(Restriction.UNKNOWN)
            words.append(f"gpp: {read.reason}")
            continue
        states.add(read.state(applicable))
        shown_sections = [s for s in read.sections if applicable is None or s.number in applicable]
        words.append("gpp " + ("; ".join(s.meaning for s in shown_sections[:6]) or "has no applicable section"))
    return Reading(states.pop() if len(states) == 1 else Restriction.UNKNOWN, " | ".join(words))


def _applicable(said: Said) -> frozenset[int] | None:
    """Section numbers of `gpp_sid`, separated by commas or underscores; None when it is absent or unreadable."""
    text = ",".join(value for name, value in said if name in NAMES_OF_SECTIONS)[:200].replace("_", ",")
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        return None
    try:
        return frozenset(int(part) for part in parts if part.isascii())
    except ValueError:
        return None
