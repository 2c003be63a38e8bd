"""Who made each change of the cookie store: the response or the script, and what was refused of whom.

NetLog has every change, whoever made it. A response's changes stand between its headers and the browser's decision on
each of its lines; all others are scripts', and which script, only an explaining visit knows: its writes are matched
with the changes of the same cookie and value in the order of time.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.collectors import cookie_refusals, set_cookie
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.ledger import reconcile
from crawler.collectors.netlog.records import CookieChange, CookieRejection, Hop, NetLog
from crawler.collectors.set_cookie import CookieLine
from crawler.collectors.trace import cookie_writes
from crawler.collectors.trace.cookie_writes import ScriptWrite
from crawler.parties import etld_plus_one, host_of

Identity = tuple[str, str, str]
"""Name, domain without leading dot, path."""
_EARLY_MS = 2_000
"""The page's clock may be ahead of the log's by so much."""
_MAX_LOOK = 50


def identity(name: str, domain: str, path: str) -> Identity:
    """What makes two cookies the same, but for the partition, which the log does not tell."""
    return name, domain.lstrip(".").lower(), path


@dataclass(frozen=True, slots=True)
class HttpWrite:
    """A stored Set-Cookie line and the response that it came with."""

    line: CookieLine
    hop: Hop
    partition_key: str | None
    decided: float
    """Line of the log where the browser's decision stands; the store's own record comes just before it."""

    @property
    def deletes(self) -> bool:
        """True when it asked for the end of the cookie."""
        return self.line.asked_lifetime_s is not None and self.line.asked_lifetime_s <= 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cookie that was not stored. `hop` or `write` says of whom, where it is known."""

    line: CookieLine
    reason: str
    hop: Hop | None = None
    write: ScriptWrite | None = None
    unix_ms: float | None = None


class Setters:
    """The setters of one visit. The browser's own traffic is left out."""

    def __init__(self, log: NetLog, cdp: CdpRecorder, page_url: str) -> None:
        self._log = log
        self._cdp = cdp
        self._page_url = page_url
        self._http: dict[Identity, list[HttpWrite]] = {}
        self._refused_http: list[Refusal] = []
        self._clearing = [hop for hop in log.hops if "clear-site-data" in hop.response_headers]
        self._take_responses()
        self._writes = cookie_writes.read(cdp.tracer.records.cookie_writes) if cdp.tracer else []
        self._script: dict[int, ScriptWrite] = {}
        self._unmatched: list[ScriptWrite] = []
        self._match()

    def http(self, key: Identity, value: str, change: CookieChange | None) -> HttpWrite | None:
        """The response that made this change, or that set this value when the log shows no change."""
        writes = self._http.get(key, ())
        if change is None:
            return next((w for w in reversed(writes) if w.line.value == value), None)
        return next((w for w in reversed(writes) if self._fits(w, change, value)), None)

    def script(self, change: CookieChange | None) -> ScriptWrite | None:
        """The script's write that made this change; None when it was none, or nobody watched."""
        return None if change is None else self._script.get(change.order)

    def cleared(self, change: CookieChange) -> Hop | None:
        """The response whose Clear-Site-Data header took a cookie away; scripts cannot delete one like this."""
        if change.added or change.cause != "explicit":
            return None
        site = etld_plus_one(change.domain.lstrip("."))
        return next((h for h in reversed(self._clearing) if _clears(h, site) and h.response_order < change.order), None)

    def refusals(self) -> Iterator[Refusal]:
        """Everything that was refused: of responses, then of scripts."""
        yield from self._refused_http
        yield from self._refused_writes() if self._cdp.tracer else self._refused_by_word()

    @staticmethod
    def _fits(write: HttpWrite, change: CookieChange, value: str) -> bool:
        if not write.hop.response_order < change.order <= write.decided:
            return False
        return write.line.value == value if change.added else write.deletes

    def _take_responses(self) -> None:
        seen_by_cdp = {request.url.partition("#")[0] for request in self._cdp.requests}
        for hop in self._log.hops:
            if reconcile.is_own_traffic(hop, None) and hop.url.partition("#")[0] not in seen_by_cdp:
                continue
            for line, reasons, status in set_cookie.of_hop(hop):
                if reasons:
                    self._refused_http.append(Refusal(line, ", ".join(reasons), hop=hop, unix_ms=hop.unix_ms))
                    continue
                domain, path = line.domain, line.path
                if status is not None:
                    domain, path = status.domain or domain, status.path or path
                write = HttpWrite(
                    line, hop, status.partition_key if status else None, status.order if status else math.inf
                )
                self._http.setdefault(identity(line.name, domain, path), []).append(write)

    def _match(self) -> None:
        """Give each change that no response made the script's write that asked for it."""
        sets: dict[tuple[str, str, str], deque[ScriptWrite]] = {}
        ends: dict[tuple[str, str], deque[ScriptWrite]] = {}
        for write in self._writes:
            line = write.line
            if write.deletes:
                ends.setdefault((line.name, line.domain), deque()).append(write)
            else:
                sets.setdefault((line.name, line.domain, line.value), deque()).append(write)
        for change in self._log.cookie_changes:
            key = identity(change.name, change.domain, change.path)
            if (not change.added and change.cause == "overwrite") or self.http(key, change.value, change) is not None:
                continue
            waiting = sets.get((key[0], key[1], change.value)) if change.added else ends.get((key[0], key[1]))
            found = next((w for w in _ahead(waiting) if _could_be(w, change, key[2])), None)
            if found is not None and waiting is not None:
                waiting.remove(found)
                self._script[change.order] = found
        matched = {id(write) for write in self._script.values()}
        # Who asks for the end of what is not there is not refused.
        self._unmatched = [w for w in self._writes if id(w) not in matched and not w.deletes]

    def _refused_writes(self) -> Iterator[Refusal]:
        """A script's writes that changed nothing, with the browser's reason where it gave one."""
        reasons: dict[tuple[str, str], list[str]] = {}
        for word in self._refused_by_word():
            reasons.setdefault((word.line.name, word.line.domain), []).append(word.reason)
        for write in self._unmatched:
            told = reasons.get((write.line.name, write.line.domain))
            why = (told.pop(0) if len(told) > 1 else told[0]) if told else None
            why = why or cookie_refusals.reason(write, self._page_url)
            yield Refusal(write.line, why, write=write, unix_ms=write.told.unix_ms)
        known = {(write.line.name, write.line.domain) for write in self._unmatched}
        for word in self._refused_by_word():
            if (word.line.name, word.line.domain) not in known:
                yield word

    def _refused_by_word(self) -> Iterator[Refusal]:
        """What the store and the Issues panel tell of refused script cookies: no value, and not every case."""
        names = {(r.line.name, r.line.domain) for r in self._refused_http}
        for rejection in self._log.cookie_rejections:
            if (rejection.name, rejection.domain.lstrip(".")) not in names:
                yield _of_rejection(rejection)
        for issue in self._cdp.issues:
            # With a request id it is a response's cookie, which NetLog told already.
            if issue.operation != "SetCookie" or issue.request_id is not None:
                continue
            # The browser gives the line only when it could not make a cookie of it.
            told = issue.line or f"{issue.name}=; Domain={issue.domain}; Path={issue.path}"
            written = set_cookie.parse(told, issue.url or self._page_url, 0)
            if not (issue.line or issue.name) or (written.name, written.domain) in names:
                continue
            names.add((written.name, written.domain))
            yield Refusal(written, ", ".join(issue.reasons))


def _clears(hop: Hop, site: str) -> bool:
    what = hop.response_headers["clear-site-data"]
    return ('"cookies"' in what or '"*"' in what) and etld_plus_one(host_of(hop.url)) == site


def _ahead(waiting: deque[ScriptWrite] | None) -> Iterable[ScriptWrite]:
    return () if waiting is None else (waiting[i] for i in range(min(len(waiting), _MAX_LOOK)))


def _could_be(write: ScriptWrite, change: CookieChange, path: str) -> bool:
    # A default path says nothing: a script may have changed the document's address, or it is no address at all.
    return write.told.unix_ms <= change.unix_ms + _EARLY_MS and (not write.line.path_given or write.line.path == path)


def _of_rejection(rejection: CookieRejection) -> Refusal:
    line = CookieLine(
        name=rejection.name,
        value=rejection.value,
        domain=rejection.domain.lstrip(".").lower(),
        path=rejection.path,
        asked_lifetime_s=None,
        secure=False,
        http_only=False,
        same_site=None,
        partitioned=False,
    )
    return Refusal(line, rejection.reason, unix_ms=rejection.unix_ms)
