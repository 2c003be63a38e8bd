"""A lock on an open file that ends with its process, however that ends."""

from __future__ import annotations

from typing import IO, Any


def lock(file: IO[Any]) -> bool:
    """Take the lock without waiting; False when another process holds it. Always true where there are no locks.

    Child processes do not keep it alive: Python's file handles close when another program starts (PEP 446).
    """
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
