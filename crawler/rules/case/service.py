"""What serves the site itself: purposes that by themselves follow no visitor."""

from __future__ import annotations

from crawler.claims import Purpose

SERVICE = frozenset(
    {
        Purpose.SECURITY, Purpose.CDN, Purpose.EMBED, Purpose.CONSENT, Purpose.MONITORING, Purpose.PAYMENT,
        Purpose.TAG_MANAGER,
    }
)  # fmt: skip
"""The signal is not about them, and a lasting value of theirs is likely to keep a session or a balance of load."""
