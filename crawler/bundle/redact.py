"""Redaction: what identifies a person or opens a session is stored as a keyed hash with its length.

The key lives as long as the run, so that equal values can be recognised within a run and not looked up outside it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus, unquote

from crawler.bundle import consent_ids

MIN_SECRET_LENGTH = 8
"""Shorter values (flags, counters, `1YYN`) identify nobody and stay readable."""

_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "x-api-key", "x-csrf-token", "x-xsrf-token"})
_AT_DOMAIN = r"(?:@|%(?:25){0,3}40)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
_EMAIL = re.compile(
    r"(?:(?<![A-Za-z0-9._%+-])|(?<=%[0-9A-Fa-f]{2})(?<!%25)|(?<=%25[0-9A-Fa-f]{2}))"
    rf"(?:[A-Za-z0-9._+-]|%2[Bb]){{1,64}}{_AT_DOMAIN}"
)
"""An address that begins where one can, also behind `%3D`, so that equal ones get equal hashes."""
_LIKE_EMAIL = re.compile(rf"[A-Za-z0-9._%+-]{{1,64}}{_AT_DOMAIN}")
"""Whatever might hold one besides."""
_AT_SIGNS = ("@", "%40", "%2540", "%252540")
"""Without any of these in it a text holds no address."""

_QUOTE = r"(?:\\?\"|%22)"
_SECRET_PARAMETER = re.compile(
    r"(?i)(?:(?<![a-z0-9])|(?<=%[0-9a-f]{2}))((?:pass(?:word|wd|phrase)|pwd|(?:access|refresh|id|auth)[_-]?token"
    rf"|client[_-]?secret|jsessionid|phpsessid|ssn)(?:=|%3d|{_QUOTE}\s{{0,3}}(?::|%3a)\s{{0,3}}{_QUOTE}))"
    r"(?!\[redacted:)((?:(?!%22)[^&;#\s\"'<>\\]){1,4096})"
)
"""Parameters and JSON members whose names say that they are nobody else's business. `token`, `key` and `api_key` are
none: with most vendors they name the customer, and are in every visitor's page."""

CONSENT_COOKIES = re.compile(
    r"(?i)^(usprivacy|us_privacy|optanon\w*|otgppconsent|euconsent[\w-]*|cookieconsent\w*|gpp\w*|__gpp\w*|iabgpp\w*"
    r"|cmapi_cookie_privacy|notice_(gdpr_)?prefs?\w*|osano_consentmanager\w*|_ketch_consent\w*|didomi_token"
    r"|__hs_(cookie_cat_pref|opt_out|do_not_track|gpc_banner_dismiss|initial_opt_in)|li_g[cp]c?|amzn_consent)$"
)
"""Cookies whose value is an opt-out or consent state: evidence, not a secret, but for ids that stand in it."""


class Redactor:
    """Hashes secrets with a key of its own. Give the same redactor to everything that records one run."""

    def __init__(self, key: bytes | None = None) -> None:
        self.key = key or secrets.token_bytes(32)

    def hash(self, value: str) -> str:
        """16 hex digits of HMAC-SHA-256; equal for equal values of one run."""
        return hmac.new(self.key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]

    def token(self, value: str, kind: str = "") -> str:
        """What stands in place of a secret inside a longer text: hash, length, and what it was where that is known."""
        return f"[redacted:{self.hash(value)}:{len(value)}{':' if kind else ''}{kind}]"

    def text(self, text: str, secret_values: Iterable[str]) -> str:
        """Replace each secret (plain or URL-encoded) of at least `MIN_SECRET_LENGTH`, passwords and tokens of access by
        the names of their parameters, and e-mail addresses. A text without any is returned as it is."""
        for value in sorted({v for v in secret_values if len(v) >= MIN_SECRET_LENGTH}, key=len, reverse=True):
            for form in {value, quote(value, safe=""), quote_plus(value), quote(value)}:
                if form in text:
                    text = text.replace(form, self.token(value))
        text = _SECRET_PARAMETER.sub(lambda found: found[1] + self.token(found[2]), text)
        if any(sign in text for sign in _AT_SIGNS):
            text = _LIKE_EMAIL.sub(self._address, _EMAIL.sub(self._address, text))
        return text

    def _address(self, found: re.Match[str]) -> str:
        address = found.group()
        for _ in range(4):
            address = unquote(address)
        return self.token(address, "email")

    def headers(self, headers: Mapping[str, str], secret_values: Iterable[str] = ()) -> dict[str, str]:
        """Headers with credentials and cookie values replaced; names stay, and of consent cookies all but ids."""
        secrets_ = list(secret_values)
        out: dict[str, str] = {}
        for name, value in headers.items():
            lower = name.lower()
            if lower == "cookie":
                out[name] = "; ".join(self._pair(part.strip()) for part in value.split(";"))
            elif lower == "set-cookie":
                out[name] = "\n".join(self._set_cookie(line) for line in value.split("\n"))
            elif lower in _SECRET_HEADERS:
                out[name] = self.token(value)
            else:
                out[name] = self.text(value, secrets_)
        return out

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if not equals or len(value) < MIN_SECRET_LENGTH:
            return pair
        if not CONSENT_COOKIES.match(name):
            return f"{name}={self.token(value)}"
        for start, end in reversed(consent_ids.spans(name, value)):
            value = value[:start] + self.token(value[start:end]) + value[end:]
        return f"{name}={value}"

    def _set_cookie(self, line: str) -> str:
        pair, semicolon, rest = line.partition(";")
        return self._pair(pair) + semicolon + rest
