"""As many open files as the system grants: a visit takes about a dozen, and some systems start with 256 for all."""

from __future__ import annotations

import contextlib

_ENOUGH = 16_384


def allow_many() -> None:
    """Raise this process's own limit to what it may ask for without being anybody special. Never raises."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    with contextlib.suppress(OSError, ValueError):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        granted = _ENOUGH if hard == resource.RLIM_INFINITY else min(_ENOUGH, hard)
        if soft != resource.RLIM_INFINITY and soft < granted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
