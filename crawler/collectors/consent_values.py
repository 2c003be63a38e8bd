"""What of a consent state is written down: flags, groups and consent strings, and no id of a person.

Consent tools keep ids beside the choice (`consentId`, `stamp`, `user_id`). Values are taken apart as far as they can be
(JSON, JSON in base64, `name=value` pairs, the `{name:value}` of Cookiebot); each part is judged by name and look.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any
from urllib.parse import unquote

import orjson

from crawler.bundle.consent_ids import PERSONAL
from crawler.collectors.identifiers import could_identify

MAX_CHARS = 8_192
REMOVED = "[removed]"
_DEPTH, _ENTRIES = 8, 300
_STRINGS = re.compile(
    r"(?i)^(gppstring|gpp|iabgpp_\w*|tcstring|tcf|iabtcf_tcstring|usp|uspstring|usprivacy|us_privacy)$"
)
"""Names under which a consent string stands; it may be broken, and is kept all the same."""
_STRING = re.compile(r"[A-Za-z0-9_.~=-]{0,8192}")
_COOKIEBOT = re.compile(r"([A-Za-z_]\w{0,40}):('[^']{0,2000}'|[^,'}]{0,200})")
_GROUPS = re.compile(r",?[A-Za-z0-9_]{1,24}(:[01])?(,[A-Za-z0-9_]{1,24}(:[01])?)*,?")
"""Groups of OneTrust, on or off: `C0001:1,V2STACK42:0`, or `,C0001,`; the names are the site's."""
_SEPARATORS = re.compile(r"[,;:|\s]+")
_EPOCH_S = (1.5e9, 2.3e9)


def kept(text: str, *, consent_string: bool = False, groups: bool = False) -> tuple[str, str]:
    """The value as it may be written down, and why it is not whole (a word, see `ConsentState.problem`).

    `consent_string` and `groups` say what it should be by its name: such a one stays readable however odd it is.
    """
    if len(text) > MAX_CHARS:
        return "", "too long"
    text = _whole(text)
    decoded = _decoded(text)
    if (consent_string and _STRING.fullmatch(decoded)) or (groups and _GROUPS.fullmatch(decoded)):
        return decoded, ""
    document = _document(decoded)
    if document is not None:
        return dumped(document)
    if decoded.startswith("{") and decoded.endswith("}"):
        pairs = [(m[1], m[2].strip("'")) for m in _COOKIEBOT.finditer(decoded)]
        return dumped({name: _typed(value) for name, value in pairs}) if pairs else ("", "unreadable")
    if "=" in decoded.rstrip("="):
        whole = text if "=" in text else decoded
        fields = [[_decoded(part) for part in field.split("=", 1)] for field in whole.split("&", _ENTRIES)[:_ENTRIES]]
        told = [f"{_leaf('', name)[:80]}={_leaf(name, ''.join(value))}" for name, *value in fields]
        return "&".join(told)[:MAX_CHARS], ""
    said = _leaf("", decoded)
    return said, "unreadable" if said == REMOVED else ""


def dumped(value: Any) -> tuple[str, str]:
    """A tree as JSON without what identifies, and why it is not whole."""
    text = json.dumps(_scrubbed("", value, 0), ensure_ascii=True, separators=(",", ":"))
    return (text, "") if len(text) <= MAX_CHARS else ("", "too long")


def _whole(text: str) -> str:
    """Half of a surrogate pair, which a script can write and no file can hold, becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _decoded(text: str) -> str:
    """Percent escapes undone, twice at most: some tools escape what is escaped already."""
    for _ in range(2):
        if "%" not in text:
            break
        text = unquote(text)
    return text


def _document(text: str) -> Any:
    """The JSON object or array of a text, plain or in base64; None when it is neither."""
    if text[:1] in ("{", "["):
        return _json(text.encode("utf-8", "replace"))
    if len(text) < 8 or not re.fullmatch(r"[A-Za-z0-9+/_-]+={0,2}", text):
        return None
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        data = base64.b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return None
    return _json(data) if data[:1] in (b"{", b"[") else None


def _json(data: bytes) -> Any:
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict | list) else None


def _typed(value: str) -> Any:
    return {"true": True, "false": False}.get(value, value)


def _scrubbed(name: str, value: Any, depth: int) -> Any:
    if depth > _DEPTH:
        return REMOVED
    if isinstance(value, dict):
        if PERSONAL.match(name):
            return REMOVED
        named = [(_whole(str(key)), entry) for key, entry in list(value.items())[:_ENTRIES]]
        return {
            (REMOVED if could_identify(key) or "@" in key else key[:80]): _scrubbed(key, entry, depth + 1)
            for key, entry in named
        }
    if isinstance(value, list):
        return [_scrubbed(name, entry, depth + 1) for entry in value[:_ENTRIES]]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        seconds = abs(value) / 1000 if abs(value) > 1e11 else abs(value)
        plain = abs(value) < 1e5 or _EPOCH_S[0] < seconds < _EPOCH_S[1]
        return value if plain and not PERSONAL.match(name) else REMOVED
    return _leaf(name, _whole(value)) if isinstance(value, str) else REMOVED


def _leaf(name: str, value: str) -> str:
    """A text, or what stands in its place."""
    if (_STRINGS.match(name) and _STRING.fullmatch(value)) or (name == "groups" and _GROUPS.fullmatch(value)):
        return value
    if not value or not PERSONAL.match(name):
        parts = _SEPARATORS.split(value)
        public = "://" not in value and "@" not in value and len(value) <= 2_000
        if public and not any(could_identify(part) or (part.isdigit() and len(part) > 5) for part in parts):
            return value
    return REMOVED
