"""What a site may send to harm whoever reads of it in a page."""

from __future__ import annotations

NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
HIDING = "evil\u202egpj.exe\x1b[31mred\x00\u200b\u2066\ud800"
"""Turned around, coloured, with characters that are not seen or that no encoding has."""
