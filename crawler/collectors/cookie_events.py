"""The history of every cookie of a visit: set, changed, deleted, refused, each with who did it.

The changes come from NetLog in every arm; which script made one, only an explaining visit knows. The log tells neither
lifetimes nor partitions, so those are the setter's, and of what stands in the jar at the end the browser's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from crawler.bundle.redact import Redactor
from crawler.collectors.cookie_setters import HttpWrite, Identity, Refusal, Setters, identity
from crawler.collectors.cookies import MAX_URL_CHARS, SAME_SITE, partition_key
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.devtools.records import CdpRequest
from crawler.collectors.ledger import matching, request_kinds
from crawler.collectors.netlog.records import CookieChange, Hop, NetLog
from crawler.collectors.secrets_of_visit import VisitSecrets, values_of
from crawler.collectors.trace.cookie_writes import ScriptWrite
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import CookieEvent

MAX_ROWS = 20_000
_BY_ITSELF = frozenset({"expired", "evicted"})
"""Deletions that nobody asked for."""


@dataclass(frozen=True, slots=True)
class _Who:
    """Who did it, as far as it is known."""

    set_by: str = "unknown"
    target: str = "unknown"
    frame_url: str | None = None
    url: str | None = None
    line: int | None = None
    column: int | None = None
    stack: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the jar says of a cookie at the end."""

    lifetime_s: float | None
    partition: str | None


def build(
    jar: Sequence[Mapping[str, Any]],
    log: NetLog,
    cdp: CdpRecorder,
    visit: VisitKey,
    redactor: Redactor,
    secrets: Iterable[str] | Mapping[str, tuple[str, str]] = (),
) -> list[CookieEvent]:
    """All events in the order of time, at most `MAX_ROWS`. Arguments as for `cookies.build`."""
    hidden = VisitSecrets(redactor, values_of(log, secrets)[1])
    rows = list(_Builder(jar, log, cdp, visit, redactor, hidden).rows())
    return sorted(rows, key=lambda row: row.at_ms)


class _Builder:
    def __init__(
        self,
        jar: Sequence[Mapping[str, Any]],
        log: NetLog,
        cdp: CdpRecorder,
        visit: VisitKey,
        redactor: Redactor,
        secrets: VisitSecrets,
    ) -> None:
        self._log = log
        self._cdp = cdp
        self._visit = visit
        self._redactor = redactor
        self._secrets = secrets
        self._setters = Setters(log, cdp, visit.page_url)
        self._main_session = request_kinds.main_session(cdp.requests, cdp.targets, visit.page_url)
        self._request = {id(hop): request for hop, request in matching.join(log, cdp.requests).matched}
        self._kept = _kept(jar, log)

    def rows(self) -> Iterator[CookieEvent]:
        """The changes, then the refusals."""
        refused = map(self._refused, self._setters.refusals())
        yield from islice(chain(self._changes(), refused), MAX_ROWS)

    def _changes(self) -> Iterator[CookieEvent]:
        replaced: dict[Identity, CookieChange] = {}
        asked: dict[Identity, float | None] = {}
        for change in self._log.cookie_changes:
            key = identity(change.name, change.domain, change.path)
            if not change.added and change.cause == "overwrite":
                replaced[key] = change
                continue
            write = self._setters.http(key, change.value, change)
            script = None if write else self._setters.script(change)
            lifetime = write.line.asked_lifetime_s if write else script.line.asked_lifetime_s if script else None
            before = replaced.pop(key, None)
            what, cause = "deleted" if not change.added else "set", change.cause
            if before is not None and change.added:
                cause = "overwrite"
                other = before.value != change.value or before.persistent is not change.persistent
                what = "changed" if other or asked.get(key) != lifetime else "set"
            asked[key] = lifetime
            yield self._change(key, change, what, cause, write, script, lifetime)

    def _change(
        self,
        key: Identity,
        change: CookieChange,
        what: str,
        cause: str | None,
        write: HttpWrite | None,
        script: ScriptWrite | None,
        lifetime: float | None,
    ) -> CookieEvent:
        hop = write.hop if write else self._setters.cleared(change)
        who = self._of_response(hop) if hop else self._of_script(script) if script else self._of_nobody(change)
        kept = self._kept.get(change.order)
        partition = kept.partition if kept else None
        if partition is None and write is not None:
            partition = write.partition_key
        return self._row(
            who,
            key,
            change.value,
            what=what,
            cause=cause,
            at_unix_ms=change.unix_ms,
            asked_lifetime_s=lifetime,
            stored_lifetime_s=kept.lifetime_s if kept else None,
            partition=partition,
            secure=change.secure,
            http_only=change.http_only,
            same_site=SAME_SITE.get(change.same_site or ""),
            blocked_reason=None,
        )

    def _refused(self, refusal: Refusal) -> CookieEvent:
        line = refusal.line
        if refusal.hop is not None:
            who = self._of_response(refusal.hop)
        else:
            who = self._of_script(refusal.write) if refusal.write else _Who(set_by="script")
        return self._row(
            who,
            (line.name, line.domain, line.path),
            line.value,
            what="refused",
            cause=None,
            at_unix_ms=refusal.unix_ms if refusal.unix_ms is not None else self._visit.started_unix_ms,
            asked_lifetime_s=line.asked_lifetime_s,
            stored_lifetime_s=None,
            partition=None,
            secure=line.secure,
            http_only=line.http_only,
            same_site=line.same_site,
            blocked_reason=refusal.reason,
        )

    def _row(
        self,
        who: _Who,
        key: Identity,
        value: str,
        *,
        what: str,
        cause: str | None,
        at_unix_ms: float,
        asked_lifetime_s: float | None,
        stored_lifetime_s: float | None,
        partition: str | None,
        secure: bool,
        http_only: bool,
        same_site: str | None,
        blocked_reason: str | None,
    ) -> CookieEvent:
        return CookieEvent(
            visit=self._visit.id,
            arm=self._visit.arm,
            repetition=self._visit.repetition,
            page_url=self._visit.page_url,
            name=key[0][:4096],
            domain=key[1],
            path=key[2][:4096],
            partition_key=partition,
            what=what,
            at_ms=at_unix_ms - self._visit.started_unix_ms,
            set_by=who.set_by,
            target=who.target,
            frame_url=self._url(who.frame_url),
            setter_url=self._url(who.url),
            setter_line=who.line,
            setter_column=who.column,
            stack=tuple(self._secrets.text(frame) for frame in who.stack),
            value_hash=self._redactor.hash(value),
            value_length=len(value),
            asked_lifetime_s=asked_lifetime_s,
            stored_lifetime_s=stored_lifetime_s,
            secure=secure,
            http_only=http_only,
            same_site=same_site,
            blocked_reason=blocked_reason,
            cause=cause,
        )

    def _of_response(self, hop: Hop) -> _Who:
        request: CdpRequest | None = self._request.get(id(hop))
        if request is None:
            return _Who(set_by="http", url=hop.url)
        target = request_kinds.target_of(request, self._main_session)
        return _Who(set_by="http", target=target, frame_url=request.document_url, url=hop.url)

    def _of_script(self, script: ScriptWrite) -> _Who:
        told = script.told
        return _Who(
            set_by=script.set_by,
            target=request_kinds.target_of_realm(told.realm, self._cdp.targets, self._main_session),
            frame_url=told.document_url,
            url=told.site.url,
            line=told.site.line,
            column=told.site.column,
            stack=told.site.stack,
        )

    def _of_nobody(self, change: CookieChange) -> _Who:
        if not change.added and change.cause in _BY_ITSELF:
            return _Who(set_by="browser", target="browser")
        # Only a script could have, but for what no script may touch, and for deletions that are none of theirs.
        return _Who(set_by="unknown" if change.http_only or change.cause == "explicit" else "script")

    def _url(self, url: str | None) -> str | None:
        return None if url is None else self._secrets.url(url.partition("#")[0][:MAX_URL_CHARS])


def _kept(jar: Sequence[Mapping[str, Any]], log: NetLog) -> dict[int, _Kept]:
    """What the jar says, by the change (line of the log) that put each of its cookies there."""
    last: dict[tuple[Identity, str], CookieChange] = {}
    for change in log.cookie_changes:
        if change.added:
            last[identity(change.name, change.domain, change.path), change.value] = change
    found: dict[int, _Kept] = {}
    for entry in jar[:MAX_ROWS]:
        key = identity(str(entry["name"]), str(entry["domain"]), str(entry.get("path") or "/"))
        came = last.get((key, str(entry.get("value") or "")))
        if came is None:
            continue
        expires, lifetime = entry.get("expires"), None
        if not entry.get("session") and isinstance(expires, int | float) and expires >= 0:
            lifetime = round(float(expires) - came.unix_ms / 1000, 3)
        found[came.order] = _Kept(lifetime, partition_key(entry.get("partitionKey")))
    return found
