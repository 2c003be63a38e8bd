"""What scripts stored and which of the browser's interfaces they called."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.evidence.arm import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageItem:
    """One key of localStorage or sessionStorage, one IndexedDB object store, or one cache, after a visit."""

    visit: str
    arm: Arm
    repetition: int
    page_url: str
    origin: str
    area: str
    """local, session, indexeddb, cache."""
    key: str
    """Of an IndexedDB object store `database/store`, of a cache its name."""
    value_hash: str
    """Empty for IndexedDB and caches."""
    value_length: int
    """Characters of the value; bytes for IndexedDB and caches where the browser told, else 0."""
    entries: int | None = None
    """Records of an object store, responses of a cache."""
    setter_url: str | None = None
    """The script that wrote it last; `trace` arm only."""
    setter_line: int | None = None
    set_ms: float | None = None
    writes: int = 0
    """How often it was written during the visit; `trace` arm only."""
    removed: bool = False
    """It was written and was gone again at the end; `trace` arm only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """Calls of one browser interface from one place in one script; `trace` arm only."""

    visit: str
    arm: Arm
    repetition: int
    page_url: str
    frame_url: str | None
    target: str
    """page, frame, popup, worker, shared-worker, service-worker."""
    kind: str
    """canvas, webgl, audio, fonts, battery, media-devices, permissions, user-agent, opt-out-signal, consent-api,
    input-listener, observer, field-read, webrtc, beacon."""
    api: str
    """`Interface.member` as the standards name it, e.g. `HTMLCanvasElement.toDataURL`."""
    script_url: str | None
    line: int | None
    """1-based."""
    column: int | None
    stack: tuple[str, ...]
    detail: str
    """What was asked, bounded and redacted: the type of a listener, the command of `__gpp`; empty when nothing."""
    count: int
    first_ms: float
    last_ms: float
    step: str = ""
    """Of the first call."""
