"""Chromium's network log, read in one pass: what went over the wire."""

from crawler.collectors.netlog.reader import read
from crawler.collectors.netlog.records import NetLog

__all__ = ["NetLog", "read"]
