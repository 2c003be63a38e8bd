"""Request rows for tests of what reads them."""

from __future__ import annotations

from typing import Any

from crawler.evidence import Arm, Initiator, Request


def request(url: str = "https://tracker.test/", **columns: Any) -> Request:
    """A plain image request of the site; give the columns that matter."""
    plain: dict[str, Any] = {
        "visit": "001-gpc-1",
        "arm": Arm.GPC,
        "repetition": 1,
        "page_url": "https://site.test/",
        "frame_url": "https://site.test/",
        "target": "page",
        "method": "GET",
        "url": url,
        "resource_type": "image",
        "headers": {},
        "body": None,
        "body_bytes": 0,
        "initiator": Initiator(type="parser"),
        "redirected_from": None,
        "sent_ms": 1.0,
        "sec_gpc": False,
        "status": 200,
        "response_headers": {},
        "set_cookie": (),
        "seen_by": "both",
        "own_traffic": False,
    }
    return Request(**(plain | columns))
