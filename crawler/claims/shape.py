"""The shape of an expectations file, derived from the model's classes.

The loader walks this shape and the JSON Schema is printed from it, so the two cannot disagree on it.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from crawler.claims.model import Attestation, Claim, Company, Policy, Purpose, Waiver

ROLES = ("library", "collect", "sync", "frame")
"""What an endpoint can be seen doing; the vendor catalogue's word list, which a test compares."""
SIGNALS = ("gpc", "dnt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of `at_least` to `at_most` characters; `pattern` matches all of it, `wanted` says it in words."""

    pattern: str | None = None
    wanted: str = "text"
    at_least: int = 1
    at_most: int = 4000
    numbers: bool = False
    """Whether a bare number may stand for it, as in `section: 9`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a few words; `enum` is the class that the model has for them."""

    words: tuple[str, ...]
    enum: type[StrEnum] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """true or false."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A date as 2026-12-31."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """A list of `at_least` to `at_most` items, without doubles where `unique`."""

    item: Shape
    at_least: int = 1
    at_most: int = 1000
    unique: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key of a record."""

    shape: Shape
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A group of keys, filled into `model`."""

    name: str
    model: type
    fields: Mapping[str, Field]


Shape = Text | Choice | Truth | Day | ListOf | Record

_LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = rf"(?:(?:{_LABEL}\.){{0,60}}{_LABEL}|\[[0-9A-Fa-f:.]{{2,45}}\])"

ID = Text(
    pattern="[A-Za-z][A-Za-z0-9._-]*",
    wanted="a short name that begins with a letter, such as D14",
    at_most=40,
)
URL = Text(
    pattern=rf"https?://{_HOST}(?::[0-9]{{1,5}})?(?:[/?#][!-~]*)?",
    wanted="a full address such as https://www.example.com/, without spaces and without user name or password",
    at_most=2000,
)
DOMAIN = Text(
    pattern="(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?[.]){1,60}[a-z](?:[a-z0-9-]{0,61}[a-z0-9])",
    wanted="a bare domain in lower case, such as example.com, without https:// and without a path",
    at_most=253,
)
VENDOR = Text(
    pattern="(?:tpw:)?[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?",
    wanted="a vendor's key in lower case, such as google-analytics",
    at_most=253,
)
_WORD = Text(pattern="[a-z0-9]+(?:-[a-z0-9]+)*", wanted="a word in lower case, with hyphens", at_most=80)
_HASH = Text(pattern="[0-9a-f]{64}", wanted="64 characters of 0-9 and a-f", at_least=64, at_most=64)
_FILE = Text(
    pattern="[A-Za-z0-9_][A-Za-z0-9._-]*",
    wanted="the name of a file that lies beside this one, without any folder",
    at_most=150,
)
_LINE = Text(at_most=300)

_NOT_IN_THE_FILE = {"line", "key", "path", "file_sha256", "published"}
# The model always has them; a file may leave them out.
_MAY_BE_MISSING: set[tuple[type, str]] = {(Policy, "text"), (Policy, "text_sha256")}
_MAY_BE_MISSING |= {(Company, key) for key in ("own_domains", "attestations", "waivers")}
_SPECIAL: dict[tuple[type, str], Shape] = {
    (Company, "company"): _LINE,
    (Company, "sites"): ListOf(item=URL),
    (Company, "own_domains"): ListOf(item=DOMAIN, at_least=0),
    (Policy, "url"): URL,
    (Policy, "text"): _FILE,
    (Policy, "text_sha256"): _HASH,
    (Claim, "id"): ID,
    (Claim, "section"): Text(numbers=True, at_most=300),
    (Claim, "quote"): Text(at_least=3),
    (Claim, "vendor"): VENDOR,
    (Claim, "vendors"): ListOf(item=VENDOR),
    (Claim, "variant"): _WORD,
    (Claim, "roles"): ListOf(item=Choice(words=ROLES)),
    (Claim, "signal"): Choice(words=SIGNALS),
    (Claim, "url"): URL,
    (Attestation, "vendor"): VENDOR,
    (Attestation, "owner"): _LINE,
    (Waiver, "rule"): _WORD,
    (Waiver, "vendor"): VENDOR,
    (Waiver, "site"): Text(pattern=_HOST, wanted=DOMAIN.wanted, at_most=253),
    (Waiver, "owner"): _LINE,
}
_NAMES: dict[type, str] = {Company: "file", Policy: "policy"}


def record(model: type = Company) -> Record:
    """The shape of one class of the model, as it stands in a file."""
    hints = get_type_hints(model)
    found: dict[str, Field] = {}
    for one in fields(model):
        if one.name in _NOT_IN_THE_FILE:
            continue
        optional = type(None) in get_args(hints[one.name]) or one.default is not MISSING
        required = not optional and (model, one.name) not in _MAY_BE_MISSING
        shape = _SPECIAL.get((model, one.name)) or _shape(hints[one.name])
        found[one.name] = Field(shape=shape, required=required)
    return Record(name=_NAMES.get(model, model.__name__.lower()), model=model, fields=found)


def _shape(hint: Any) -> Shape:
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (one for one in get_args(hint) if one is not type(None))
    if get_origin(hint) is tuple:
        item = _shape(get_args(hint)[0])
        # Two equal records are told apart by what they mean, such as a claim's id.
        return ListOf(item=item, at_least=0 if isinstance(item, Record) else 1, unique=not isinstance(item, Record))
    if hint is bool:
        return Truth()
    if hint is date:
        return Day()
    if hint is str:
        return Text()
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Choice(words=tuple(word for word in hint if word is not Purpose.UNKNOWN), enum=hint)
    if is_dataclass(hint) and isinstance(hint, type):
        return record(hint)
    raise TypeError(f"no shape for {hint}")
