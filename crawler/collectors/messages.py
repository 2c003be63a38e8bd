"""The message rows of a visit: what went over channels that stay open, both ways, one row each.

WebSockets: every message of every page, frame and worker, decompressed, from the bytes on the wire. WebTransport:
that a datagram went and its size; its content, and streams, the browser's log does not show. WebRTC: nothing; see
`netlog.peers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crawler.bundle.redact import Redactor
from crawler.collectors.body_text import body_text
from crawler.collectors.ledger.reconcile import is_webtransport
from crawler.collectors.netlog.records import NetLog
from crawler.collectors.secrets_of_visit import VisitSecrets, values_of
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Message


def build(
    log: NetLog, visit: VisitKey, redactor: Redactor, secrets: Iterable[str] | Mapping[str, tuple[str, str]] = ()
) -> list[Message]:
    """All messages in the order of time, redacted; `secrets` as in `requests.build`."""
    talking = [hop for hop in log.hops if hop.messages]
    if not talking:
        return []
    hidden = VisitSecrets(redactor, values_of(log, secrets)[1])
    rows = []
    for hop in talking:
        url = hidden.url(hop.url.partition("#")[0])
        for message in hop.messages:
            rows.append(
                Message(
                    visit=visit.id,
                    arm=visit.arm,
                    repetition=visit.repetition,
                    page_url=visit.page_url,
                    channel="webtransport" if is_webtransport(hop) else "websocket",
                    url=url,
                    direction="sent" if message.sent else "received",
                    sent_ms=message.unix_ms - visit.started_unix_ms,
                    size_bytes=message.size,
                    text=None if message.data is None else body_text(message.data, message.size, hidden) or "",
                )
            )
    rows.sort(key=lambda row: row.sent_ms)
    return rows
