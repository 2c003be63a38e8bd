"""The events of a NetLog that tell of cookies: what came into and left the store, and why one was not sent or kept."""

from __future__ import annotations

from crawler.collectors.header_lines import text_of
from crawler.collectors.netlog.events import Handler, Moment, Params, Taker
from crawler.collectors.netlog.records import CookieChange, CookieRejection, CookieStatus, NetLog
from crawler.collectors.netlog.requests import RequestEvents

MAX_COOKIE_CHANGES = 100_000
MAX_COOKIE_STATUSES = 2_000
"""Per hop."""


class CookieEvents:
    """Fills the log's cookie changes, and the cookie decisions of its hops."""

    def __init__(self, log: NetLog, moment: Moment, requests: RequestEvents) -> None:
        self._log, self._moment, self._requests = log, moment, requests

    def handlers(self) -> dict[str, Handler]:
        """By name of the event."""
        return {
            "COOKIE_INCLUSION_STATUS": self._status,
            "COOKIE_STORE_COOKIE_ADDED": lambda params: self._change(True, params),
            "COOKIE_STORE_COOKIE_DELETED": lambda params: self._change(False, params),
            "COOKIE_STORE_COOKIE_REJECTED_HTTPONLY": lambda p: self._rejected("EXCLUDE_OVERWRITE_HTTP_ONLY", p),
            "COOKIE_STORE_COOKIE_REJECTED_SECURE": lambda p: self._rejected("EXCLUDE_OVERWRITE_SECURE", p),
        }

    def takers(self) -> dict[str, Taker]:
        """None."""
        return {}

    def _status(self, params: Params) -> None:
        hop = self._requests.hop(self._moment.source)
        if hop is None:
            return
        if len(hop.cookie_statuses) >= MAX_COOKIE_STATUSES:
            self._log.dropped += 1
            return
        words = str(params["status"]).split(", ")
        key = params.get("partition_key")
        hop.cookie_statuses.append(
            CookieStatus(
                operation=str(params["operation"]),
                name=text_of(params["name"]) if "name" in params else None,
                domain=text_of(params["domain"]) if "domain" in params else None,
                path=text_of(params["path"]) if "path" in params else None,
                partition_key=None if key in (None, "(none)") else str(key),
                reasons=tuple(word for word in words if word.startswith("EXCLUDE_")),
                order=self._moment.order,
            )
        )

    def _change(self, added: bool, params: Params) -> None:
        if len(self._log.cookie_changes) >= MAX_COOKIE_CHANGES:
            self._log.dropped += 1
            return
        self._log.cookie_changes.append(
            CookieChange(
                added=added,
                name=text_of(params["name"]),
                value=text_of(params["value"]),
                domain=text_of(params["domain"]),
                path=text_of(params["path"]),
                unix_ms=self._moment.unix_ms,
                order=self._moment.order,
                secure=bool(params.get("secure")),
                http_only=bool(params.get("httponly")),
                same_site=None if params.get("same_site") is None else str(params["same_site"]),
                persistent=bool(params.get("is_persistent")),
                cause=None if params.get("deletion_cause") is None else str(params["deletion_cause"]),
            )
        )

    def _rejected(self, reason: str, params: Params) -> None:
        if len(self._log.cookie_rejections) >= MAX_COOKIE_CHANGES:
            self._log.dropped += 1
            return
        self._log.cookie_rejections.append(
            CookieRejection(
                name=text_of(params["name"]),
                value=text_of(params.get("newvalue", "")),
                domain=text_of(params["domain"]),
                path=text_of(params.get("path") or params.get("newpath") or "/"),
                reason=reason,
                unix_ms=self._moment.unix_ms,
                order=self._moment.order,
            )
        )
