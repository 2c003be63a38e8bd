"""The cookie rows of a visit: what stands in the jar, what came and went, what was refused, each with its setter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from crawler.bundle.redact import Redactor
from crawler.collectors.cookie_setters import Identity, Refusal, Setters, identity
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.netlog.records import CookieChange, NetLog
from crawler.collectors.secrets_of_visit import VisitSecrets, values_of
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Cookie
from crawler.parties import party

MAX_ROWS = 20_000
MAX_URL_CHARS = 65_536
SAME_SITE = {"strict": "Strict", "lax": "Lax", "none": "None"}
"""The log's words in the evidence's; others are none."""


def build(
    jar: Sequence[Mapping[str, Any]],
    log: NetLog,
    cdp: CdpRecorder,
    visit: VisitKey,
    redactor: Redactor,
    secrets: Iterable[str] | Mapping[str, tuple[str, str]] = (),
) -> list[Cookie]:
    """Rows for the jar of `Storage.getCookies`, for cookies that were gone before the end, and for refused ones.

    `secrets` as for `requests.build`. What the browser's own traffic was sent to store is left out. Which script set a
    cookie is known in explaining visits only.
    """
    setters = Setters(log, cdp, visit.page_url)
    return list(_Builder(log, setters, visit, redactor, VisitSecrets(redactor, values_of(log, secrets)[1])).rows(jar))


class _Builder:
    def __init__(
        self, log: NetLog, setters: Setters, visit: VisitKey, redactor: Redactor, secrets: VisitSecrets
    ) -> None:
        self._setters = setters
        self._visit = visit
        self._redactor = redactor
        self._secrets = secrets
        self._added: dict[Identity, list[CookieChange]] = {}
        for change in log.cookie_changes:
            if change.added:
                self._added.setdefault(identity(change.name, change.domain, change.path), []).append(change)

    def rows(self, jar: Sequence[Mapping[str, Any]]) -> Iterator[Cookie]:
        """All rows, at most `MAX_ROWS`."""
        present: set[Identity] = set()
        count = 0
        for entry in jar[:MAX_ROWS]:
            key = identity(str(entry["name"]), str(entry["domain"]), str(entry.get("path") or "/"))
            present.add(key)
            yield self._stored(entry, key)
            count += 1
        for key, changes in self._added.items():
            if key not in present and count < MAX_ROWS:
                yield self._gone(key, changes[-1])
                count += 1
        for refusal in self._setters.refusals():
            if count >= MAX_ROWS:
                return
            yield self._refusal(refusal)
            count += 1

    def _stored(self, entry: Mapping[str, Any], key: Identity) -> Cookie:
        value = str(entry.get("value") or "")
        changes = self._added.get(key, [])
        last = next((c for c in reversed(changes) if c.value == value), changes[-1] if changes else None)
        expires = entry.get("expires")
        stored = None
        if not entry.get("session") and isinstance(expires, int | float) and expires >= 0:
            since_ms = last.unix_ms if last else self._visit.started_unix_ms
            stored = round(float(expires) - since_ms / 1000, 3)
        return self._row(
            key,
            value,
            last,
            http_only=bool(entry.get("httpOnly")),
            secure=bool(entry.get("secure")),
            same_site=entry.get("sameSite"),
            partition=partition_key(entry.get("partitionKey")),
            stored_lifetime_s=stored,
        )

    def _gone(self, key: Identity, change: CookieChange) -> Cookie:
        return self._row(
            key,
            change.value,
            change,
            http_only=change.http_only,
            secure=change.secure,
            same_site=SAME_SITE.get(change.same_site or ""),
            partition=None,
            stored_lifetime_s=None,
        )

    def _row(
        self,
        key: Identity,
        value: str,
        change: CookieChange | None,
        *,
        http_only: bool,
        secure: bool,
        same_site: str | None,
        partition: str | None,
        stored_lifetime_s: float | None,
    ) -> Cookie:
        name, domain, path = key
        write, script = self._setters.http(key, value, change), self._setters.script(change)
        set_by, setter, line, asked = "unknown", None, None, None
        if write is not None:
            set_by, setter, asked = "http", write.hop.url, write.line.asked_lifetime_s
            partition = partition or write.partition_key
        elif script is not None:
            set_by, asked = script.set_by, script.line.asked_lifetime_s
            setter, line = script.told.site.url, script.told.site.line
        elif change is not None and not http_only:
            set_by = "script"
        when = change.unix_ms if change is not None else write.hop.unix_ms if write is not None else None
        return Cookie(
            visit=self._visit.id,
            arm=self._visit.arm,
            repetition=self._visit.repetition,
            page_url=self._visit.page_url,
            name=name[:4096],
            domain=domain,
            path=path[:4096],
            value_hash=self._redactor.hash(value),
            value_length=len(value),
            party=party(domain, self._visit.page_url, self._visit.own_domains).value,
            set_by=set_by,
            setter_url=self._url(setter),
            setter_line=line,
            set_ms=None if when is None else when - self._visit.started_unix_ms,
            asked_lifetime_s=asked,
            stored_lifetime_s=stored_lifetime_s,
            secure=secure,
            http_only=http_only,
            same_site=same_site,
            partition_key=partition,
            blocked_reason=None,
        )

    def _refusal(self, refusal: Refusal) -> Cookie:
        line, hop, script = refusal.line, refusal.hop, refusal.write
        set_by, setter = ("http", hop.url) if hop else (script.set_by if script else "script", None)
        when = refusal.unix_ms
        return Cookie(
            visit=self._visit.id,
            arm=self._visit.arm,
            repetition=self._visit.repetition,
            page_url=self._visit.page_url,
            name=line.name[:4096],
            domain=line.domain,
            path=line.path[:4096],
            value_hash=self._redactor.hash(line.value),
            value_length=len(line.value),
            party=party(line.domain, self._visit.page_url, self._visit.own_domains).value,
            set_by=set_by,
            setter_url=self._url(script.told.site.url if script else setter),
            setter_line=script.told.site.line if script else None,
            set_ms=None if when is None else when - self._visit.started_unix_ms,
            asked_lifetime_s=line.asked_lifetime_s,
            stored_lifetime_s=None,
            secure=line.secure,
            http_only=line.http_only,
            same_site=line.same_site,
            partition_key=None,
            blocked_reason=refusal.reason,
        )

    def _url(self, url: str | None) -> str | None:
        return None if url is None else self._secrets.url(url.partition("#")[0][:MAX_URL_CHARS])


def partition_key(key: Any) -> str | None:
    """The top-level site that a cookie is kept apart for, as DevTools or the log write it."""
    if isinstance(key, Mapping):
        return str(key.get("topLevelSite"))
    return str(key) if key else None
