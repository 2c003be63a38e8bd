"""The events of a NetLog that tell of what is no HTTP over TCP: WebTransport, and the peers of WebRTC.

WebTransport: the address, that packets were sent, that the server agreed, and the sizes of datagrams; neither headers
nor content. WebRTC: the addresses that STUN packets went to or came from (STUN and TURN servers, peers), by UDP, TCP or
TLS, and how many bytes; neither which script asked, nor media and data, which are encrypted end to end. The name of a
server is known when the log tells that it was resolved, else its address stands for it. Read from NetLogs of
Chromium 156 on 2026-11-27.
"""

from __future__ import annotations

import binascii

from crawler.collectors.netlog.events import BEGIN, Handler, Moment, Params, Taker
from crawler.collectors.netlog.names import NameEvents
from crawler.collectors.netlog.records import NO_INITIATOR, NetLog, Peer, SocketMessage
from crawler.collectors.netlog.requests import RequestEvents

MAX_PEERS = 1_000
MAX_DATAGRAMS = 10_000
"""Of WebTransport, of one visit."""
WEBTRANSPORT = "webtransport"
"""`request_type` of its hops."""
_STUN_COOKIE = b"\x21\x12\xa4\x42"
_SESSION_ID_BYTES = 1
"""A datagram is told with the id of its session in front: one byte for the first 64 sessions of a connection."""


class PeerEvents:
    """Fills the log's peers, and its hops of WebTransport."""

    def __init__(
        self, log: NetLog, moment: Moment, requests: RequestEvents, names: NameEvents, net_errors: dict[int, str]
    ) -> None:
        self._log, self._moment, self._requests, self._net_errors = log, moment, requests, net_errors
        self._names = names
        self._addresses: dict[int, str] = {}
        self._peers: dict[tuple[str, str, bool], Peer] = {}
        self._datagrams = 0

    def handlers(self) -> dict[str, Handler]:
        """By name of the event."""
        return {
            "QUIC_SESSION_WEBTRANSPORT_CLIENT_ALIVE": self._webtransport,
            "QUIC_SESSION_WEBTRANSPORT_CLIENT_STATE_CHANGED": self._state,
            "QUIC_SESSION_PACKET_SENT": self._packet,
            "QUIC_SESSION_MESSAGE_FRAME_SENT": lambda params: self._datagram(True, params),
            "QUIC_SESSION_MESSAGE_FRAME_RECEIVED": lambda params: self._datagram(False, params),
            "UDP_BYTES_SENT": lambda params: self._udp(True, params),
            "UDP_BYTES_RECEIVED": lambda params: self._udp(False, params),
            "TCP_CONNECT_JOB_CONNECTOR_CONNECT_START": self._connecting,
        }

    def takers(self) -> dict[str, Taker]:
        """None."""
        return {}

    def stun_over_tcp(self, socket: int, secure: bool) -> None:
        """A TCP socket turned out to speak STUN."""
        if (address := self._addresses.get(socket)) is not None:
            peer = self._peer(address, "tcp", secure)
            if peer is not None:
                peer.sent_packets += 1

    def _webtransport(self, params: Params) -> None:
        if self._moment.phase == BEGIN:
            self._requests.begin(
                str(params["url"]), "CONNECT", initiator=NO_INITIATOR, request_type=WEBTRANSPORT, flags=0, annotation=0
            )

    def _state(self, params: Params) -> None:
        hop = self._requests.hop(self._moment.source)
        if hop is None:
            return
        if params["next_state"] == "CONNECTED":
            hop.status = 200
        code = (params.get("error") or {}).get("net_error")
        if code:
            hop.error = "net::" + self._net_errors.get(int(code), f"ERR_{code}")

    def _packet(self, params: Params) -> None:
        hop = self._requests.hop(self._moment.source)
        if hop is not None and hop.request_type == WEBTRANSPORT and hop.request_headers is None:
            hop.request_headers = {}

    def _datagram(self, sent: bool, params: Params) -> None:
        hop = self._requests.hop(self._moment.source)
        if hop is None or hop.request_type != WEBTRANSPORT:
            return
        if self._datagrams >= MAX_DATAGRAMS:
            self._log.dropped += 1
            return
        self._datagrams += 1
        size = max(0, int(params["message_length"]) - _SESSION_ID_BYTES)
        hop.messages.append(SocketMessage(sent, self._moment.unix_ms, size, None, True))

    def _udp(self, sent: bool, params: Params) -> None:
        # Sockets without an address are connected: DNS, QUIC. Those of WebRTC name it with every packet.
        address = params.get("address")
        if address is None:
            return
        peer = self._peers.get((str(address), "udp", False))
        if peer is None:
            if binascii.a2b_base64(str(params.get("bytes", ""))[:16])[4:8] != _STUN_COOKIE:
                return
            peer = self._peer(str(address), "udp", False)
        if peer is not None and sent:
            peer.sent_packets += 1
            peer.sent_bytes += int(params["byte_count"])
        elif peer is not None:
            peer.received_bytes += int(params["byte_count"])

    def _peer(self, address: str, transport: str, secure: bool) -> Peer | None:
        known = self._peers.get((address, transport, secure))
        if known is not None:
            return known
        if len(self._peers) >= MAX_PEERS:
            self._log.dropped += 1
            return None
        host, _, port = address.rpartition(":")
        peer = Peer(self._names.name_of(host), int(port), secure, transport, self._moment.unix_ms)
        self._peers[address, transport, secure] = peer
        self._log.peers.append(peer)
        return peer

    def _connecting(self, params: Params) -> None:
        self._addresses[int(params["source_dependency"]["id"])] = str(params["address"])
