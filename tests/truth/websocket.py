"""The server's side of one WebSocket, whatever carries it: says hello, and every message back."""

from __future__ import annotations

from collections.abc import Callable

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.extensions import PerMessageDeflate
from wsproto.utilities import LocalProtocolError, RemoteProtocolError, generate_accept_token

from tests.truth.log import TruthLog

HELLO = "hello from the server"


class Socket:
    """Feeds on the bytes of the browser; `write` takes those for it."""

    def __init__(self, url: str, offered: str, log: TruthLog, write: Callable[[bytes], None]) -> None:
        deflate = PerMessageDeflate()
        accepted = deflate.accept(offered) if "permessage-deflate" in offered else None
        self.extensions = f"permessage-deflate; {accepted}".rstrip("; ") if isinstance(accepted, str) else ""
        self._connection = Connection(ConnectionType.SERVER, [deflate] if self.extensions else [])
        self._url, self._log, self._write = url, log, write
        self._parts: list[bytes] = []

    def open(self) -> None:
        """Say hello."""
        self._say(HELLO)

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the browser."""
        try:
            self._connection.receive_data(data)
            for event in self._connection.events():
                self._event(event)
        except (LocalProtocolError, RemoteProtocolError):
            return

    def _event(self, event: object) -> None:
        if isinstance(event, TextMessage | BytesMessage):
            text = isinstance(event, TextMessage)
            self._parts.append(event.data.encode() if isinstance(event, TextMessage) else bytes(event.data))
            if event.message_finished:
                message = b"".join(self._parts)
                self._parts.clear()
                self._log.messages.append((self._url, "sent", message))
                self._say(message.decode() if text else message)
        elif isinstance(event, Ping) or (
            isinstance(event, CloseConnection) and self._connection.state is ConnectionState.REMOTE_CLOSING
        ):
            self._write(self._connection.send(event.response()))

    def _say(self, data: str | bytes) -> None:
        """In two fragments when there is enough for two."""
        self._log.messages.append((self._url, "received", data.encode() if isinstance(data, str) else data))
        kind = TextMessage if isinstance(data, str) else BytesMessage
        half = len(data) // 2 if len(data) > 1000 else 0
        if half:
            self._write(self._connection.send(kind(data=data[:half], message_finished=False)))  # type: ignore[arg-type]
        self._write(self._connection.send(kind(data=data[half:])))  # type: ignore[arg-type]


def accept_token(key: str) -> str:
    """The value of `Sec-WebSocket-Accept`."""
    return str(generate_accept_token(key.encode()).decode())
