"""The key of a run's redaction, kept for as long as the run may go on, and the lock of who is at work on it.

Values are stored as keyed hashes, and rules ask whether two visits saw the same value; so a run that is resumed needs
the key with which it began. It stands in a file of its own, which only this user can read, and is deleted when the run
is finished: from then on nobody can try out which value a hash came from. While it is there, whoever has the folder
could try out short or guessable values; so the file's name begins with a dot, it is named in no manifest, and a folder
that is given away before its run is finished goes without it (the evidence stays readable, the run cannot be resumed).
Nothing else in the folder is secret.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from crawler.bundle import durable, layout
from crawler.bundle.lock import lock

_BYTES = 32


class CannotResume(ValueError):
    """The run cannot go on; the text says why, and what to do instead."""


class RunKey:
    """The key's file, open and locked: no second process works on the run. The lock ends with this process."""

    def __init__(self, path: Path, file: IO[bytes], value: bytes) -> None:
        self.value = value
        """32 random bytes."""
        self._path = path
        self._file = file

    @classmethod
    def create(cls, run_dir: Path) -> Self:
        """Make the key of a new run. Raises `OSError`; a folder that has a key already is another run's."""
        path = run_dir / layout.KEY
        value = secrets.token_bytes(_BYTES)
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "r+b")
        lock(file)
        file.write(value.hex().encode())
        file.flush()
        durable.sync(path)
        durable.sync(run_dir)
        return cls(path, file, value)

    @classmethod
    def take(cls, run_dir: Path) -> Self:
        """Take the key of a run that was stopped. Raises `CannotResume` when it is gone, or another process has it."""
        path = run_dir / layout.KEY
        try:
            file = path.open("r+b")
        except OSError as error:
            raise CannotResume(
                f"{run_dir}: cannot be resumed: {layout.KEY} cannot be read ({error.strerror}), and without the key "
                "its values cannot be compared with new ones; start a new run"
            ) from None
        if not lock(file):
            file.close()
            raise CannotResume(
                f"{run_dir}: is being recorded at this moment by another process; wait until it ends, or stop it first"
            )
        try:
            value = bytes.fromhex(file.read(1000).decode("ascii"))
        except ValueError:
            value = b""
        if len(value) != _BYTES:
            file.close()
            raise CannotResume(f"{run_dir}: cannot be resumed: {layout.KEY} holds no key; start a new run")
        return cls(path, file, value)

    def forget(self) -> None:
        """Delete the key: the run is finished, and needs it no more."""
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the lock; the key stays for a resume unless it was forgotten."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
