"""What a vendor's product is for: one vocabulary for policies and for the vendor catalogue."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """A word for it."""

    ANALYTICS = "analytics"
    ADVERTISING = "advertising"
    SOCIAL = "social"
    SESSION_REPLAY = "session-replay"
    MARKETING = "marketing"
    VISITOR_IDENTIFICATION = "visitor-identification"
    CHAT = "chat"
    CALL_TRACKING = "call-tracking"
    TAG_MANAGER = "tag-manager"
    CONSENT = "consent"
    SECURITY = "security"
    MONITORING = "monitoring"
    PAYMENT = "payment"
    EMBED = "embed"
    CDN = "cdn"
    UNKNOWN = "unknown"
    """Only of third parties that no catalogue knows; never in an expectations file."""
