"""What happened against what was recorded: every difference is a sentence, and there must be none."""

from __future__ import annotations

import base64
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.collectors.netlog.wire.body import KEPT_BYTES
from crawler.collectors.netlog.wire.sockets import KEPT_RECEIVED_BYTES
from crawler.evidence import Message, Request
from tests.truth.expectation import class_problems, initiator_problems, place_problems, planned
from tests.truth.log import Received
from tests.truth.visits import Made

_NOT_COMPARED = frozenset({"host", "cookie", "authorization", "content-length"})
"""Redacted in the evidence, or told by other columns."""


@dataclass(frozen=True)
class Sending:
    """One request in the form that both sides can be put into."""

    method: str
    url: str
    size: int
    body: bytes
    headers: frozenset[tuple[str, str]]
    cookies: tuple[str, ...]
    authorized: bool

    def __str__(self) -> str:
        return f"{self.method} {self.url} ({self.size} bytes, {len(self.headers)} headers, {len(self.cookies)} cookies)"


def problems(made: Made) -> list[str]:
    """Everything in which the recording differs from what happened, or explains it wrongly."""
    return [
        problem
        for check in (_outcome, _coverage, _requests, _answers, _messages, _datagrams, _explanations)
        for problem in check(made)
    ]


def losses(made: Made) -> list[str]:
    """The differences in what was sent, in either direction, with body, headers and messages; not who asked for it."""
    return [problem for check in (_outcome, _requests, _messages) for problem in check(made)]


def wire(made: Made) -> list[Request]:
    """The rows that must each have reached a server by HTTP."""
    return [r for r in made.recording.requests if r.on_wire and r.resource_type not in ("webrtc", "webtransport")]


def _outcome(made: Made) -> Iterator[str]:
    recording = made.recording
    if recording.gap is not None:
        yield f"the visit is a gap: {recording.gap.reason}: {recording.gap.detail}"
    found = recording.visit.reconciliation
    if found is None or not found.netlog_complete:
        yield "the network log is not complete"
    if found is not None and found.unexplained:
        yield f"unexplained: {', '.join(found.unexplained[:10])}"


def _coverage(made: Made) -> Iterator[str]:
    """Has the world done what it is there for? Without this, a world that sends nothing would be recorded perfectly."""
    arrived = {(received.kind, received.context) for received in made.truth.requests}
    for kind, context in sorted(planned(made.name) - arrived):
        yield f"never arrived: {kind} of {context}"


def _requests(made: Made) -> Iterator[str]:
    """Method, URL, multiplicity, body, headers and names of cookies, all in one."""
    happened = Counter(_happened(received) for received in made.truth.requests)
    recorded = Counter(_recorded(row) for row in wire(made))
    missing, extra = happened - recorded, recorded - happened
    # What had left the browser when its window closed: the server may have read nothing, or a part.
    cut_off = extra & Counter(_recorded(row) for row in wire(made) if row.status is None and row.error)
    extra -= cut_off
    missing -= _parts(made, missing, cut_off)
    for sending, count in missing.items():
        near = [other for other in extra if (other.method, other.url) == (sending.method, sending.url)]
        yield f"{count} x not recorded: {sending}" + "".join(
            f"; but {_difference(sending, other)}" for other in near[:1]
        )
    for sending, count in extra.items():
        yield f"{count} x recorded and never arrived: {sending}"


def _parts(made: Made, missing: Counter[Sending], cut_off: Counter[Sending]) -> Counter[Sending]:
    """Of what is missing: the beginnings of requests that were cut off before their body was through."""
    unfinished = missing & Counter(
        _happened(received) for received in made.truth.requests if not received.body_complete
    )
    left, found = cut_off.copy(), Counter[Sending]()
    for part in unfinished.elements():
        for whole in left:
            same = replace(part, size=whole.size, body=whole.body) == whole
            if left[whole] and same and whole.body.startswith(part.body):
                left[whole] -= 1
                found[part] += 1
                break
    return found


def _happened(received: Received) -> Sending:
    return Sending(
        method=received.method,
        url=received.url,
        size=len(received.body),
        body=bytes(received.body[:KEPT_BYTES]),
        headers=_comparable(received.headers),
        cookies=tuple(pair.partition("=")[0].strip() for pair in received.headers.get("cookie", "").split(";") if pair),
        authorized="authorization" in received.headers,
    )


def _recorded(row: Request) -> Sending:
    websocket = row.resource_type == "websocket"
    return Sending(
        method=row.method,
        url=row.url,
        size=0 if websocket else row.body_bytes,
        body=b"" if websocket else _bytes(row.body),
        headers=_comparable(dict(row.headers)),
        cookies=row.cookies_sent,
        authorized="authorization" in row.headers,
    )


def _comparable(headers: dict[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(pair for pair in headers.items() if pair[0] not in _NOT_COMPARED)


def _difference(one: Sending, other: Sending) -> str:
    names = [name for name in ("size", "body", "cookies", "authorized") if getattr(one, name) != getattr(other, name)]
    return f"{', '.join(names)} differ; headers {sorted(one.headers ^ other.headers)[:6]}"


def _bytes(text: str | None) -> bytes:
    if text is None:
        return b""
    return base64.b64decode(text[7:]) if text.startswith("base64:") else text.encode()


def _answers(made: Made) -> Iterator[str]:
    """Status, Set-Cookie lines and the hash of the body, for whatever the browser read to its end."""
    sent: dict[Sending, list[Received]] = defaultdict(list)
    for received in made.truth.requests:
        sent[_happened(received)].append(received)
    for row in wire(made):
        candidates = sent.get(_recorded(row), [])
        if row.status is None or not candidates:
            continue
        answers = [received.answer for received in candidates]
        where = f"{row.method} {row.url}"
        if row.status not in {answer.status for answer in answers} and row.resource_type != "websocket":
            yield f"{where}: status {row.status}, and {answers[0].status} was sent"
        names = tuple(line.name for line in row.set_cookie)
        if names not in {tuple(line.partition("=")[0] for line in answer.set_cookie) for answer in answers}:
            yield f"{where}: cookies {names}, and {answers[0].set_cookie} were sent"
        if row.response_bytes is not None:
            whole = {(len(answer.body), answer.sha256) for answer in answers}
            if row.response_bytes >= max(size for size, _ in whole):
                if (row.response_bytes, row.response_sha256) not in whole:
                    yield f"{where}: the hash of its answer is not that of the answer"
            elif not row.error:
                yield f"{where}: {row.response_bytes} bytes of an answer of {whole}"


def _messages(made: Made) -> Iterator[str]:
    happened = Counter(made.truth.messages)
    recorded: Counter[tuple[str, str, bytes]] = Counter()
    for message in made.recording.messages:
        if message.channel == "websocket":
            recorded[message.url, message.direction, _content(message)] += 1
    cut = Counter({(url, to, _kept(to, data)): count for (url, to, data), count in happened.items()})
    for (url, to, data), count in (cut - recorded).items():
        yield f"{count} x message {to} and not recorded: {url} {data[:40]!r} ({len(data)})"
    for (url, to, data), count in (recorded - cut).items():
        yield f"{count} x message recorded and never {to}: {url} {data[:40]!r} ({len(data)})"
    sizes = Counter((url, to, len(data)) for url, to, data in made.truth.messages)
    if sizes != Counter(
        (m.url, m.direction, m.size_bytes) for m in made.recording.messages if m.channel == "websocket"
    ):
        yield "sizes of messages differ"


def _content(message: Message) -> bytes:
    return _bytes(message.text)


def _kept(direction: str, data: bytes) -> bytes:
    return data[: KEPT_BYTES if direction == "sent" else KEPT_RECEIVED_BYTES]


def _datagrams(made: Made) -> Iterator[str]:
    """What is no HTTP over TCP: that it happened is known to both sides, or to neither."""
    for purpose, kind in (("stun", "webrtc"), ("webtransport", "webtransport")):
        rows = [row for row in made.recording.requests if row.resource_type == kind and row.on_wire]
        if bool(rows) != bool(made.truth.datagrams[purpose]):
            yield f"{made.truth.datagrams[purpose]} datagrams for {purpose}, and {len(rows)} rows of {kind}"
    if made.name == "site" and not made.truth.datagrams["stun"] * made.truth.datagrams["webtransport"]:
        yield "no datagrams arrived"


def _explanations(made: Made) -> Iterator[str]:
    unheard = {row.url for row in made.recording.requests if row.seen_by == "netlog"}
    for row in made.recording.requests:
        yield from class_problems(row)
        yield from place_problems(row)
        if row.redirected_from not in unheard:  # CDP names the asker with the first request only
            yield from initiator_problems(row)
