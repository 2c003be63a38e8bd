"""Chromium's traffic annotations: which of the browser's components sent a request.

A NetLog carries the hash of the component's name. The formula is that of Chromium's source
(`net/traffic_annotation/network_traffic_annotation.h`), so names stand here and not numbers that change with nothing;
the names were checked against NetLogs of Chromium 156 on 2026-11-27.
"""

from __future__ import annotations

_MODULUS = 138_003_713


def annotation(name: str) -> int:
    """The hash that stands in a NetLog for the component of that name."""
    value = 0
    for at, character in enumerate(name.encode("ascii")):
        value = character if at == 0 else (value * 31 + character) % _MODULUS
    return value


FEDCM = annotation("fedcm")
FETCH_LATER = annotation("blink_fetch_later_manager")
REPORTING = annotation("reporting")
DOWNLOAD = annotation("renderer_initiated_download")
BACKGROUND_FETCH = annotation("background_fetch_context")
FAVICON = annotation("favicon_loader")
EARLY_HINTS = annotation("early_hints_preload")
SPECULATION = annotation("speculation_rules_prefetch")
WORKER_UPDATE = annotation("service_worker_update_checker")
WORKER_SCRIPTS = frozenset({annotation("service_worker_script_load"), WORKER_UPDATE})
"""Scripts of service workers, which the browser process fetches."""

OF_THE_BROWSER = frozenset(
    annotation(name)
    for name in (
        "update_client",  # component updates
        "gaia_auth_list_accounts",
        "autofill_query",
        "network_time_component",
        "optimization_guide_model",
        "spellcheck_hunspell_dictionary",
    )
)
"""Components that send on the browser's own account, each seen to do so in full Chromium 156 on 2026-11-22. A component
that is not known here is none of them: its requests are the site's, or unexplained, until somebody has looked."""
