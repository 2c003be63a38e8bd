"""`python -m crawler` is `tracking-audit`."""

from crawler.cli import main

main()
