"""The program as it is shipped, with bounds that fit a test: `python -m tests.faults.program BOUNDS run ...`.

`BOUNDS` is a JSON object of `CrawlOptions` fields that the command line has no option for.
"""

from __future__ import annotations

import json
import sys
from functools import partial

from crawler.browser.crawl_options import CrawlOptions
from crawler.cli import main, run_command

if __name__ == "__main__":
    bounds = json.loads(sys.argv.pop(1))
    run_command.CrawlOptions = partial(CrawlOptions, **bounds)  # type: ignore[misc,assignment]
    sys.argv[0] = "tracking-audit"
    main()
