"""Bodies and messages as text for the evidence: decoded where they are text, redacted, bounded."""

from __future__ import annotations

import base64
import re

from crawler.collectors.identifiers import inflated
from crawler.collectors.netlog.wire.body import KEPT_BYTES
from crawler.collectors.secrets_of_visit import VisitSecrets

_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def body_text(body: bytes, total: int, secrets: VisitSecrets) -> str | None:
    """UTF-8, or `base64:...` for what is no text; compressed bodies are inflated. `total` is the true size of a body
    that was cut. None for an empty one."""
    if not total:
        return None
    plain = inflated(body)
    try:
        text = plain.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = len(body) < total and error.start >= len(plain) - 3
        text = plain[: error.start].decode("utf-8") if cut else "\x00"
    if _BINARY.search(text):
        return "base64:" + base64.b64encode(secrets.data(plain)).decode("ascii")
    return secrets.text(text[:KEPT_BYTES])
