"""What a visit must not write down: cookie and storage values that could identify, found again in URLs and bodies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from crawler.bundle import consent_ids
from crawler.bundle.redact import CONSENT_COOKIES, MIN_SECRET_LENGTH, Redactor
from crawler.collectors import set_cookie
from crawler.collectors.identifiers import could_identify
from crawler.collectors.needles import Needles
from crawler.collectors.netlog.records import NetLog
from crawler.collectors.trace import cookie_writes
from crawler.collectors.trace.tracer import Tracer
from crawler.collectors.visit_key import VisitKey
from crawler.parties import Party, party

MAX_SECRETS = 2_000
_DELIMITERS = frozenset("&?#=/ ")


class VisitSecrets:
    """The secret values of one visit, ready to be looked for in many texts."""

    def __init__(self, redactor: Redactor, values: Iterable[str]) -> None:
        self._redactor = redactor
        self._values: list[str] = []
        self._owner: dict[str, str] = {}
        for value in values:
            if len(self._values) >= MAX_SECRETS:
                break
            if len(value) >= MIN_SECRET_LENGTH and could_identify(value):
                self._values.append(value)
                for form in _forms(value):
                    self._owner.setdefault(form, value)
        self._needles = Needles(self._owner)

    def within(self, text: str) -> list[str]:
        """The secrets that a text contains, plain or URL-encoded."""
        return list({self._owner[form] for form in self._needles.within(text)})

    def text(self, text: str) -> str:
        """The text with secrets, passwords and e-mail addresses replaced."""
        return self._redactor.text(text, self.within(text))

    def url(self, url: str) -> str:
        """As `text`, but scheme and host always stay: they say who was contacted."""
        scheme, separator, rest = url.partition("://")
        host, slash, path = rest.partition("/")
        if not separator:
            return self.text(url)
        return scheme + separator + host + slash + self.text(path)

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers with credentials, cookie values and secrets replaced."""
        return self._redactor.headers(headers, self.within("\n".join(headers.values())))

    def data(self, data: bytes) -> bytes:
        """Bytes that are no text, with secrets blanked in place."""
        for value in self._values:
            encoded = value.encode("utf-8", "replace")
            if encoded in data:
                data = data.replace(encoded, b"*" * len(encoded))
        return data


def _forms(value: str) -> frozenset[str]:
    encoded = {quote(value, safe=""), quote_plus(value), quote(value)}
    # A value with delimiters would, replaced as it is, tear parameters apart; sites always send such values encoded.
    return frozenset(encoded if _DELIMITERS & set(value) else encoded | {value})


def of_scripts(tracer: Tracer | None) -> dict[str, tuple[str, str]]:
    """Values that scripts wrote to cookies and storage while an explaining visit watched: value to name and owner."""
    if tracer is None:
        return {}
    stored = {p.value: (p.subject, p.realm.origin) for p in tracer.records.storage_writes() if p.value}
    return stored | cookie_writes.secrets(cookie_writes.read(tracer.records.cookie_writes))


def cookies_of_others(log: NetLog, visit: VisitKey) -> dict[str, tuple[str, str]]:
    """Values of third parties' cookies, kept or refused, to name and domain; whoever had a value first keeps it."""
    named: dict[str, tuple[str, str]] = {}
    for change in log.cookie_changes:
        _take_other(named, change.value, change.name, change.domain, visit)
    for hop in log.hops:
        for line in hop.set_cookie:
            parsed = set_cookie.parse(line, hop.url, 0)
            _take_other(named, parsed.value, parsed.name, parsed.domain, visit)
    return named


def _take_other(named: dict[str, tuple[str, str]], value: str, name: str, domain: str, visit: VisitKey) -> None:
    domain = domain.lstrip(".").lower()
    if value and domain and party(domain, visit.page_url, visit.own_domains) is Party.THIRD:
        named.setdefault(value, (name, domain))


def values_of(
    log: NetLog, given: Iterable[str] | Mapping[str, tuple[str, str]]
) -> tuple[dict[str, tuple[str, str]], set[str]]:
    """All values by name and domain, as far as known, and all values. Consent states are evidence and no secrets, but
    the ids in them are."""
    named: dict[str, tuple[str, str]] = {}
    consent: set[str] = set()
    for change in log.cookie_changes:
        named.setdefault(change.value, (change.name, change.domain.lstrip(".")))
    for hop in log.hops:
        for line in hop.set_cookie:
            parsed = set_cookie.parse(line, hop.url, 0)
            named.setdefault(parsed.value, (parsed.name, parsed.domain))
    if isinstance(given, Mapping):
        for value, owner in given.items():
            named.setdefault(value, owner)
    consent = {value for value, (name, _) in named.items() if CONSENT_COOKIES.match(name)}
    ids = {part for value, (name, _) in named.items() if value in consent for part in consent_ids.ids(name, value)}
    values = ((set(named) | set(given)) - consent) | ids
    return {value: owner for value, owner in named.items() if value in values}, values
