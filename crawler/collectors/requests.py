"""The request rows of a visit: NetLog says what went out, CDP says who asked for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from crawler.bundle.redact import Redactor
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.identifiers import IdentifierIndex
from crawler.collectors.ledger import matching, reconcile, request_kinds
from crawler.collectors.ledger.documents import Documents
from crawler.collectors.ledger.request_rows import RequestRows
from crawler.collectors.netlog.records import NetLog
from crawler.collectors.secrets_of_visit import VisitSecrets, cookies_of_others, values_of
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Reconciliation, Request
from crawler.parties import Party, party

MAX_UNEXPLAINED = 200


def build(
    log: NetLog,
    cdp: CdpRecorder,
    visit: VisitKey,
    redactor: Redactor,
    secrets: Iterable[str] | Mapping[str, tuple[str, str]] = (),
) -> tuple[list[Request], Reconciliation]:
    """All requests of a visit in the order of time, redacted, and how the two recorders agree.

    `secrets` are values that must not be written down; as a mapping of value to (name, domain), such as
    `storage.secrets` gives, first-party ones are also looked for in requests to third parties. Cookie values are taken
    from the log without being given; those of third parties are looked for in requests to other third parties.
    """
    named, values = values_of(log, secrets)
    first_party = {v: owner for v, owner in named.items() if _is_first_party(owner[1], visit)}
    main_session = request_kinds.main_session(cdp.requests, cdp.targets, visit.page_url)
    make = RequestRows(
        visit,
        redactor,
        VisitSecrets(redactor, values),
        IdentifierIndex(first_party, redactor, public=(visit.page_url,), others=cookies_of_others(log, visit)),
        main_session,
    )
    cdp.records.explain_preflights()
    joined = matching.join(log, cdp.requests)
    classes = reconcile.WireClasses(log, cdp, main_session)
    predecessors = {(hop.source, hop.position): hop for hop in log.hops}
    rows: list[Request] = []
    wire_only: Counter[str] = Counter()
    cdp_only: Counter[str] = Counter()
    documents = Documents(cdp.requests)
    for hop, request in joined.matched:
        documents.place(hop, request)
        rows.append(make.from_both(hop, request, predecessors.get((hop.source, hop.position - 1))))
    for hop in joined.wire_only:
        explanation = classes.explain(hop)
        before = predecessors.get((hop.source, hop.position - 1))
        rows.append(make.from_wire(hop, explanation, before, joined.causes.get(id(hop))))
        wire_only[explanation.wire_class] += 1
    wire_urls = frozenset(hop.url.partition("#")[0] for hop in log.hops)
    for request in joined.cdp_only:
        wire_class = reconcile.cdp_class(request, wire_urls)
        rows.append(make.from_cdp(request, wire_class))
        cdp_only[wire_class] += 1
    rows += [make.from_peer(peer) for peer in log.peers]
    rows.sort(key=lambda row: row.sent_ms)
    unexplained = [f"{row.method} {row.url[:500]}" for row in rows if row.wire_class == reconcile.UNEXPLAINED]
    return rows, Reconciliation(
        netlog_complete=log.complete,
        matched=len(joined.matched),
        wire_only=dict(sorted(wire_only.items())),
        cdp_only=dict(sorted(cdp_only.items())),
        unexplained=tuple(unexplained[:MAX_UNEXPLAINED]),
    )


def _is_first_party(domain_or_origin: str, visit: VisitKey) -> bool:
    return bool(domain_or_origin) and party(domain_or_origin, visit.page_url) is Party.FIRST
