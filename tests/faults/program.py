"""The program as it is shipped, with bounds that fit a test: `python -m tests.faults.program BOUNDS run ...`.

`BOUNDS` is a JSON object of `CrawlOptions` fields that the command line has no option for; a name with dots is a
constant of a module, and `sabotage` names a function of `tests.faults.sabotage` that is called first.
"""

from __future__ import annotations

import importlib
import json
import sys
from functools import partial

from crawler.browser.crawl_options import CrawlOptions
from crawler.cli import main, run_command

if __name__ == "__main__":
    bounds = json.loads(sys.argv.pop(1))
    if (sabotage := bounds.pop("sabotage", None)) is not None:
        getattr(importlib.import_module("tests.faults.sabotage"), sabotage)()
    for name in [name for name in bounds if "." in name]:
        module, _, constant = name.rpartition(".")
        setattr(importlib.import_module(module), constant, bounds.pop(name))
    run_command.CrawlOptions = partial(CrawlOptions, **bounds)  # type: ignore[misc,assignment]
    sys.argv[0] = "tracking-audit"
    main()
