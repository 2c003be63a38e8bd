"""Evidence beside claims: one verdict per rule and per claim, and the exit code that follows."""

from crawler.auditor.audit import audit

__all__ = ["audit"]
