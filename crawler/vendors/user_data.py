"""What a request says of a person: e-mail, phone, name and the like, in plain or hashed, and in which parameter.

Three ways lead here, and each item says by which it was found. *Documented*: a parameter that the vendor documents for
such data, with a value of the shape: a hash of 32, 40 or 64 hex digits or of 32 bytes in base64, or the thing itself.
*Named*: a parameter whose own name says that it is somebody's e-mail address, with such a value; a phone number there
counts only when hashed, for tags also report which of the site's numbers was called. *Value*: an e-mail address
anywhere else; whose it is, the visitor's or one that the page shows, cannot be told. A hash in a parameter that neither
the vendor nor its name gives to user data is none: many other things have that shape.

Digests of nothing (of the empty text, `undefined`, `null`) are what tags send when they know nobody; they do not count.
The recorder writes `[redacted:hash:length:email]` for an e-mail address and `[redacted:hash:length]` for a stored value
(and, in bundles of 0.1.0, for an address too): by its length a hash can still be told.

Sources, read 2026-11-28 unless said otherwise. Meta: developers.facebook.com (advanced matching), MisterPhilip/omnibug
on GitHub (2026-11-22). Google: public recordings with `em=tv.1~em....`, a public test suite of its string (em, pn, fn0,
ln0, in hex or base64). TikTok, Pinterest, Snap: public decoders of their requests on GitHub;
help.pinterest.com/business/article/enhanced-match; MisterPhilip/omnibug for u_hem and u_hpn. Reddit: recordings of
alb.reddit.com/rp.gif (em, pn, external_id). Adobe: AdobeDocs/id-service on GitHub (d_cid_ic with a hashed address).
Names for LinkedIn, Microsoft UET, X and Criteo were not confirmed and are missing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

PLAIN, HASHED, REDACTED = "plain", "hashed", "redacted"
"""Forms. REDACTED: the recorder hid the value, and its length does not tell whether it was a hash."""
DOCUMENTED_FOR_IT, NAMED, BY_VALUE = "documented", "named", "value"
MAX_VALUE = 4_096
"""Characters of one value that are looked at."""
MAX_VALUES = 20
"""Values of one parameter that are looked at."""

EMAIL, PHONE, NAME, ADDRESS, BIRTH, GENDER, PERSON = (
    "email", "phone", "name", "address", "birth date", "gender", "person id",
)  # fmt: skip

_MATCHING = {
    "em": EMAIL, "ph": PHONE, "fn": NAME, "ln": NAME, "ct": ADDRESS, "st": ADDRESS, "zp": ADDRESS, "db": BIRTH,
    "ge": GENDER, "external_id": PERSON,
}  # fmt: skip
_GOOGLE = {"em": EMAIL, "pn": PHONE, "fn": NAME, "ln": NAME, "sa": ADDRESS}
_GOOGLE_VENDORS = ("google-analytics", "google-analytics-advertising", "google-ads", "floodlight")
_TIKTOK = {
    f"context.user.{name}": kind
    for name, kind in (
        ("email", EMAIL), ("sha256_email", EMAIL), ("phone_number", PHONE), ("sha256_phone_number", PHONE),
        ("external_id", PERSON),
    )
}  # fmt: skip
DOCUMENTED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "meta-pixel": {f"{group}[{name}]": kind for group in ("ud", "udff") for name, kind in _MATCHING.items()},
        "tiktok-pixel": _TIKTOK | {f"batch.{name}": kind for name, kind in _TIKTOK.items()},
        "pinterest-tag": {
            form: kind for name, kind in (("em", EMAIL), ("ph", PHONE)) for form in (f"pd.{name}", f"pd[{name}]")
        },
        "snap-pixel": {"u_hem": EMAIL, "u_hpn": PHONE},
        "reddit-pixel": {"em": EMAIL, "pn": PHONE, "external_id": PERSON},
    }
)
"""By vendor: names of parameters, as `RequestFacts.params` gives them, and what they hold."""

_WORDS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(
        (
            "email", "emailaddress", "useremail", "customeremail", "hashedemail", "emailhash", "emailhashed",
            "emailsha256", "sha256email", "sha256emailaddress", "emailmd5", "md5email", "emailsha1", "sha1email",
        ),
        EMAIL,
    )
    | dict.fromkeys(("phonenumber", "sha256phonenumber", "hashedphone", "phonehash", "phonesha256"), PHONE)
)  # fmt: skip
"""Last words of names that say what they hold."""
_STRUCTURED = re.compile(r"(?i)schema\.org|json-?ld|microdata|opengraph|@type|organi[sz]ation|publisher|contactpoint")
"""Names under which tags send what the page says of itself: the address there is the company's."""
_NAMED_IN_URL = re.compile(r"(?i)[?&;](?:user_?|customer_?)?e-?mail(?:_?address)?(?:=|%3D)$")
_PARTS = re.compile(r"[.\[\]]+")
_FILE_ENDINGS = frozenset(
    {"png", "jpg", "jpeg", "gif", "webp", "svg", "avif", "css", "js", "mjs", "json", "map", "html"}
)
"""`logo@2x.png` is no address."""

_TOKEN = re.compile(r"\[redacted:([0-9a-f]{16}):(\d{1,7})(:email)?\]")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}(?:@|%40)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_PHONE = re.compile(r"\+?[\d\s().-]{7,24}")
_HEX = re.compile(r"[0-9a-fA-F]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{43}=?")
_HEX_LENGTHS = frozenset({32, 40, 64})
_HIDDEN_HASHES = _HEX_LENGTHS | {43, 44}
_NOTHING = ("", "undefined", "null", "none", "nan", "false", "true", "0", "[object object]", "n/a", "unknown")
_DIGESTS_OF_NOTHING = frozenset(
    digest(word.encode(), usedforsecurity=False).digest()
    for word in _NOTHING
    for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256)
)


@dataclass(frozen=True, slots=True)
class UserData:
    """One thing about a person, in one parameter."""

    kind: str
    form: str
    """`PLAIN`, `HASHED`, `REDACTED`."""
    where: str
    """The parameter's name, at most 80 characters."""
    basis: str
    """`DOCUMENTED_FOR_IT`, `NAMED`, `BY_VALUE`."""
    fingerprint: str
    """Equal for equal values; it tells whether the value is the same in every visit. No value can be had from it that
    the evidence does not hold."""


def find(vendor: str, params: Mapping[str, list[str]]) -> tuple[UserData, ...]:
    """All user data of a request, each kind, form and parameter once. Never raises on what a site sends."""
    documented = DOCUMENTED.get(vendor, {})
    google = vendor in _GOOGLE_VENDORS
    found: dict[tuple[str, str, str], UserData] = {}
    for name, values in params.items():
        for value in dict.fromkeys(values[:MAX_VALUES]):
            for item in _of_value(name, value[:MAX_VALUE], documented.get(name), google):
                found.setdefault((item.kind, item.form, item.where), item)
    return tuple(found.values())


def _of_value(name: str, value: str, kind: str | None, google: bool) -> Iterator[UserData]:
    if not value:
        return
    if google and value.startswith("tv.1~"):
        yield from _of_google(name, value)
        return
    if kind is not None:
        form = _form(kind, value)
        if form is not None:
            yield _found(kind, form, name, value, DOCUMENTED_FOR_IT)
        return
    kind = None if _STRUCTURED.search(name) else _WORDS.get(_word(name))
    form = _form(kind, value) if kind else None
    if kind and form and (kind == EMAIL or form == HASHED):
        yield _found(kind, form, name, value, NAMED)
    elif address := _address_in(value):
        named = _NAMED_IN_URL.search(value[: address.start()])
        yield _found(EMAIL, PLAIN, name, address.group(), NAMED if named else BY_VALUE)


def _word(name: str) -> str:
    """The last part of a name in small letters: `ep.user_email`, `user[email]`, `$email` end in words."""
    last = _PARTS.split(name.rstrip("]"))[-1]
    return "".join(c for c in last.lower() if c.isalnum())


def _address_in(value: str) -> re.Match[str] | None:
    """The first e-mail address of a text, or the recorder's token for one. A user in the front of a URL is none (error
    trackers have such keys), nor is what a link of the page writes to."""
    found = _TOKEN.finditer(value) if "[redacted:" in value else iter(())
    for token in found:
        if token[3] and value[: token.start()][-1:] not in ("/", ":"):
            return token
    if "@" not in value and "%40" not in value:
        return None
    for address in _ADDRESS.finditer(value):
        last = address.group().rpartition(".")[2].lower()
        real = last.isalpha() and len(last) >= 2 and last not in _FILE_ENDINGS
        if real and value[: address.start()][-1:] not in ("/", ":"):
            return address
    return None


def _of_google(name: str, value: str) -> Iterator[UserData]:
    """`tv.1~em.<hash>~pn.<hash>~fn0.<hash>`: a version, then fields, each with the hash that may be empty."""
    for part in value.split("~")[1:20]:
        field, _, digest = part.partition(".")
        kind = _GOOGLE.get(field.rstrip("0123456789"))
        if kind is None:
            continue
        form = _form(kind, digest)
        if form in (HASHED, REDACTED):
            yield _found(kind, form, name, digest, DOCUMENTED_FOR_IT)


def _form(kind: str, value: str) -> str | None:
    """In which form a documented parameter holds what it is for; None when it holds nothing of the kind."""
    value = value.strip()
    if token := _TOKEN.fullmatch(value):
        return PLAIN if token[3] else HASHED if int(token[2]) in _HIDDEN_HASHES else REDACTED
    if len(value) in _HEX_LENGTHS and _HEX.fullmatch(value):
        return None if bytes.fromhex(value) in _DIGESTS_OF_NOTHING else HASHED
    if _BASE64.fullmatch(value):
        return HASHED if _is_digest(value) else None
    if value.lower() in _NOTHING:
        return None
    if kind == EMAIL:
        return PLAIN if _ADDRESS.fullmatch(value) else None
    if kind == PHONE:
        return PLAIN if _PHONE.fullmatch(value) and sum(c.isdigit() for c in value) >= 7 else None
    if kind == PERSON:
        return None  # any customer number: an identifier, which is charged as one
    return PLAIN if len(value) <= 100 and any(c.isalnum() for c in value) else None


def _is_digest(value: str) -> bool:
    try:
        data = base64.b64decode(value.rstrip("=").replace("-", "+").replace("_", "/") + "=", validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(data) == 32 and data not in _DIGESTS_OF_NOTHING


def _found(kind: str, form: str, name: str, value: str, basis: str) -> UserData:
    token = _TOKEN.search(value)
    seed = token[1] if token else value
    digest = hashlib.sha256(seed.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()[:16]
    return UserData(kind=kind, form=form, where=name[:80], basis=basis, fingerprint=digest)
