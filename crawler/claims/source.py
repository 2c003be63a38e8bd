"""Reads a small text file that may be anything: missing, a device, 50 MB, UTF-16, full of control characters."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from crawler.claims.problems import Unreadable

LIMIT_BYTES = 2 * 1024 * 1024
"""No expectations file and no policy is longer; a longer file is refused without being read."""

_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read(path: Path) -> bytes:
    """The bytes of a regular file of at most `LIMIT_BYTES`. Raises `Unreadable`."""
    try:
        # Non-blocking: opening a named pipe would wait for a writer for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        raise Unreadable("there is no such file; check the spelling of its path.") from None
    except PermissionError:
        raise Unreadable("the file may not be read; change its permissions.") from None
    except (OSError, ValueError) as error:
        raise Unreadable(f"the file cannot be opened ({_reason(error)}); give the path of a text file.") from None
    try:
        return _read(descriptor)
    except OSError as error:
        raise Unreadable(f"the file cannot be read ({_reason(error)}); check the disk it lies on.") from None
    finally:
        os.close(descriptor)


def _read(descriptor: int) -> bytes:
    facts = os.fstat(descriptor)
    if stat.S_ISDIR(facts.st_mode):
        raise Unreadable("this is a folder; give the path of a file in it.")
    if not stat.S_ISREG(facts.st_mode):
        raise Unreadable("this is a device or a pipe; give the path of a regular file.")
    if facts.st_size > LIMIT_BYTES:
        raise Unreadable(_too_long(facts.st_size))
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        # The file may have grown since.
        data = file.read(LIMIT_BYTES + 1)
    if len(data) > LIMIT_BYTES:
        raise Unreadable(_too_long(len(data)))
    return data


def decode(data: bytes) -> str:
    """UTF-8 text without a byte order mark. Raises `Unreadable` at the first byte or character that is no text."""
    if data.startswith(_UTF16_MARKS):
        raise Unreadable("the file is UTF-16, not UTF-8; save it again with the encoding UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", errors="replace")
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file again with the encoding UTF-8."
        raise Unreadable(message, *_position(before)) from None
    if odd := _REFUSED.search(text):
        message = f"the character U+{ord(odd[0]):04X} is not allowed; delete it, or put a space in its place."
        raise Unreadable(message, *_position(text[: odd.start()]))
    return text


def _position(before: str) -> tuple[int, int]:
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1


def _too_long(size: int) -> str:
    return f"the file has {size} bytes and at most {LIMIT_BYTES} are read; is it the right file?"


def _reason(error: OSError | ValueError) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
