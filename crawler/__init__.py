"""tracking-audit: a browser-side audit of what a company's websites do against what its privacy policy says."""

__version__ = "0.1.0"
