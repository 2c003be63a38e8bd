"""The cookie rows of a visit: what stands in the jar, what came and went, what was refused, each with its setter."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.bundle.redact import Redactor
from crawler.collectors import reconcile, set_cookie
from crawler.collectors.cdp import CdpRecorder
from crawler.collectors.netlog_records import CookieChange, Hop, NetLog
from crawler.collectors.secrets_of_visit import VisitSecrets, values_of
from crawler.collectors.set_cookie import CookieLine
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Cookie
from crawler.parties import party

MAX_ROWS = 20_000
Identity = tuple[str, str, str]
"""Name, domain without leading dot, path."""


@dataclass(frozen=True, slots=True)
class _Write:
    """A stored Set-Cookie line and the response that it came with."""

    line: CookieLine
    hop: Hop
    partition_key: str | None
    decided: float
    """Line of the log where the browser's decision stands; the store's own record comes just before it."""


def build(
    jar: Sequence[Mapping[str, Any]],
    log: NetLog,
    cdp: CdpRecorder,
    visit: VisitKey,
    redactor: Redactor,
    secrets: Iterable[str] | Mapping[str, tuple[str, str]] = (),
) -> list[Cookie]:
    """Rows for the jar of `Storage.getCookies`, for cookies that were gone before the end, and for refused ones.

    `secrets` as for `requests.build`. What the browser's own traffic was sent to store is left out.
    """
    return list(_Builder(log, cdp, visit, redactor, VisitSecrets(redactor, values_of(log, secrets)[1])).rows(jar))


class _Builder:
    def __init__(
        self, log: NetLog, cdp: CdpRecorder, visit: VisitKey, redactor: Redactor, secrets: VisitSecrets
    ) -> None:
        self._cdp = cdp
        self._visit = visit
        self._redactor = redactor
        self._secrets = secrets
        self._added: dict[Identity, list[CookieChange]] = {}
        self._writes: dict[Identity, list[_Write]] = {}
        self._refused: list[tuple[CookieLine, tuple[str, ...], Hop]] = []
        for change in log.cookie_changes:
            if change.added:
                self._added.setdefault(_identity(change.name, change.domain, change.path), []).append(change)
        seen_by_cdp = {request.url.partition("#")[0] for request in cdp.requests}
        for hop in log.hops:
            if reconcile.is_own_traffic(hop, None) and hop.url.partition("#")[0] not in seen_by_cdp:
                continue
            for line, reasons, status in set_cookie.of_hop(hop):
                if reasons:
                    self._refused.append((line, reasons, hop))
                    continue
                domain, path = line.domain, line.path
                if status is not None:
                    domain, path = status.domain or domain, status.path or path
                write = _Write(
                    line, hop, status.partition_key if status else None, status.order if status else math.inf
                )
                self._writes.setdefault(_identity(line.name, domain, path), []).append(write)

    def rows(self, jar: Sequence[Mapping[str, Any]]) -> Iterator[Cookie]:
        """All rows, at most `MAX_ROWS`."""
        present: set[Identity] = set()
        count = 0
        for entry in jar[:MAX_ROWS]:
            identity = _identity(str(entry["name"]), str(entry["domain"]), str(entry.get("path") or "/"))
            present.add(identity)
            yield self._stored(entry, identity)
            count += 1
        for identity, changes in self._added.items():
            if identity not in present and count < MAX_ROWS:
                yield self._gone(identity, changes[-1])
                count += 1
        for row in self._refusals():
            if count >= MAX_ROWS:
                return
            yield row
            count += 1

    def _stored(self, entry: Mapping[str, Any], identity: Identity) -> Cookie:
        value = str(entry.get("value") or "")
        changes = self._added.get(identity, [])
        last = next((c for c in reversed(changes) if c.value == value), changes[-1] if changes else None)
        expires = entry.get("expires")
        stored = None
        if not entry.get("session") and isinstance(expires, int | float) and expires >= 0:
            since_ms = last.unix_ms if last else self._visit.started_unix_ms
            stored = round(float(expires) - since_ms / 1000, 3)
        key = entry.get("partitionKey")
        return self._row(
            identity,
            value,
            last,
            http_only=bool(entry.get("httpOnly")),
            secure=bool(entry.get("secure")),
            same_site=entry.get("sameSite"),
            partition_key=_partition_key(key),
            stored_lifetime_s=stored,
        )

    def _gone(self, identity: Identity, change: CookieChange) -> Cookie:
        same_site = {"strict": "Strict", "lax": "Lax", "none": "None"}.get(change.same_site or "")
        return self._row(
            identity,
            change.value,
            change,
            http_only=change.http_only,
            secure=change.secure,
            same_site=same_site,
            partition_key=None,
            stored_lifetime_s=None,
        )

    def _row(
        self,
        identity: Identity,
        value: str,
        change: CookieChange | None,
        *,
        http_only: bool,
        secure: bool,
        same_site: str | None,
        partition_key: str | None,
        stored_lifetime_s: float | None,
    ) -> Cookie:
        name, domain, path = identity
        write = self._write_of(identity, value, change)
        if write is not None:
            set_by, setter = "http", self._secrets.url(write.hop.url.partition("#")[0][:65_536])
            partition_key = partition_key or write.partition_key
        else:
            set_by, setter = ("script" if change is not None and not http_only else "unknown"), None
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
            setter_url=setter,
            setter_line=None,
            set_ms=None if when is None else when - self._visit.started_unix_ms,
            asked_lifetime_s=write.line.asked_lifetime_s if write is not None else None,
            stored_lifetime_s=stored_lifetime_s,
            secure=secure,
            http_only=http_only,
            same_site=same_site,
            partition_key=partition_key,
            blocked_reason=None,
        )

    def _write_of(self, identity: Identity, value: str, change: CookieChange | None) -> _Write | None:
        """The response that made this entry: same cookie, same value, decided when the store recorded it."""
        writes = [w for w in self._writes.get(identity, ()) if w.line.value == value]
        if change is None:
            return writes[-1] if writes else None
        return next((w for w in reversed(writes) if w.hop.response_order < change.order <= w.decided), None)

    def _refusals(self) -> Iterator[Cookie]:
        for line, reasons, hop in self._refused:
            yield self._refusal(line, ", ".join(reasons), "http", hop.url, hop.unix_ms - self._visit.started_unix_ms)
        names = {(line.name, line.domain) for line, _, _ in self._refused}
        for issue in self._cdp.issues:
            # With a request id it is a response's cookie, which NetLog told already.
            if issue.operation != "SetCookie" or issue.request_id is not None:
                continue
            url = issue.url or self._visit.page_url
            # The browser gives the line only when it could not make a cookie of it.
            told = issue.line or f"{issue.name}=; Domain={issue.domain}; Path={issue.path}"
            written = set_cookie.parse(told, url, 0)
            if not (issue.line or issue.name) or (written.name, written.domain) in names:
                continue
            names.add((written.name, written.domain))
            yield self._refusal(written, ", ".join(issue.reasons), "script", None, None)

    def _refusal(self, line: CookieLine, reason: str, set_by: str, setter: str | None, set_ms: float | None) -> Cookie:
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
            setter_url=None if setter is None else self._secrets.url(setter.partition("#")[0][:65_536]),
            setter_line=None,
            set_ms=set_ms,
            asked_lifetime_s=line.asked_lifetime_s,
            stored_lifetime_s=None,
            secure=line.secure,
            http_only=line.http_only,
            same_site=line.same_site,
            partition_key=None,
            blocked_reason=reason,
        )


def _identity(name: str, domain: str, path: str) -> Identity:
    return name, domain.lstrip(".").lower(), path


def _partition_key(key: Any) -> str | None:
    if isinstance(key, Mapping):
        return str(key.get("topLevelSite"))
    return str(key) if key else None
