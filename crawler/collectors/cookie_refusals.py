"""Why a cookie that a script wrote was not stored, where the browser itself does not say so.

Chromium reports the reason for a response's cookie, but for a script's only in some cases (measured with 156 on
2026-11-27: SameSite, and a cookie that must not be overwritten). The rest follows from RFC 6265bis and is marked as
inferred.
"""

from __future__ import annotations

import re

from crawler.collectors.trace.cookie_writes import ScriptWrite
from crawler.parties import etld_plus_one, host_of

INFERRED = " (inferred)"
MAX_PAIR_BYTES = 4_096
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")


def reason(write: ScriptWrite, page_url: str) -> str:
    """The first rule that the write breaks, in the browser's words and marked as inferred; `UNKNOWN` when none is."""
    if write.told.error is not None:
        return write.told.error
    found = _rule(write, page_url)
    return f"EXCLUDE_{found}{INFERRED}" if found else "UNKNOWN"


def _rule(write: ScriptWrite, page_url: str) -> str | None:
    line, host = write.line, host_of(write.url)
    if not line.name and not line.value:
        return "NO_COOKIE_CONTENT"
    if _CONTROL.search(line.name + line.value):
        return "DISALLOWED_CHARACTER"
    if len((line.name + line.value).encode("utf-8", "replace")) > MAX_PAIR_BYTES:
        return "NAME_VALUE_PAIR_EXCEEDS_MAX_SIZE"
    if line.http_only:
        return "HTTP_ONLY"
    if line.domain_given and line.domain != host:
        if not host.endswith("." + line.domain):
            return "DOMAIN_MISMATCH"
        if etld_plus_one(host).endswith("." + line.domain):
            return "INVALID_DOMAIN"
    if not _prefix_holds(write):
        return "INVALID_PREFIX"
    if line.secure and write.url.startswith("http:") and host not in ("localhost", "127.0.0.1"):
        return "SECURE_ONLY"
    if line.same_site == "None" and not line.secure:
        return "SAMESITE_NONE_INSECURE"
    if line.partitioned and not line.secure:
        return "INVALID_PARTITIONED"
    if line.same_site != "None" and etld_plus_one(host) != etld_plus_one(host_of(page_url)):
        return f"SAMESITE_{line.same_site.upper() if line.same_site else 'UNSPECIFIED_TREATED_AS_LAX'}"
    return None


def _prefix_holds(write: ScriptWrite) -> bool:
    line, name = write.line, write.line.name.lower()
    # Without a name, the value must not pass for one.
    name = name or line.value.lower()
    if not name.startswith(("__host-", "__secure-", "__http-", "__host-http-")):
        return True
    if name.startswith(("__http-", "__host-http-")) or not line.name or not line.secure:
        return False
    return name.startswith("__secure-") or (line.path == "/" and not line.domain_given)
