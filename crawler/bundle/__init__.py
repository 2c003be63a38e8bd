"""Evidence on disk: written once, read by everything after it."""

from crawler.bundle.read import Bundle, NotARun
from crawler.bundle.run_key import CannotResume, RunKey
from crawler.bundle.write import BundleWriter

__all__ = ["Bundle", "BundleWriter", "CannotResume", "NotARun", "RunKey"]
