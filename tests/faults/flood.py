"""A flood of one address, as both recorders would tell of it, put together in a process of its own.

`python -m tests.faults.flood FOLDER NUMBER` prints what came of it as JSON: rows, matched, dropped, peak_mb.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from crawler.bundle.redact import Redactor
from crawler.collectors import netlog, requests
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.devtools.records import Target
from crawler.collectors.visit_clock import VisitClock
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Arm
from tests.collectors.netlog_text import OFFSET_MS, NetLogText
from tests.faults.product import peak_mb

URL = "https://site.test/beat"
_STACK = {"callFrames": [{"functionName": "beat", "url": "https://site.test/", "lineNumber": 1, "columnNumber": 1}]}


def main(folder: Path, number: int) -> None:
    text, cdp = NetLogText(), CdpRecorder()
    cdp.records.clock = VisitClock(offset_ms=OFFSET_MS)
    cdp.targets["page"] = Target("main", "page", "https://site.test/", None, None, OFFSET_MS)
    for n in range(number):
        text.now = n // 10
        source = text.start(URL)
        request = {
            "requestId": str(n),
            "request": {"url": URL, "method": "GET"},
            "type": "Fetch",
            "initiator": {"type": "script", "stack": _STACK},
            "timestamp": n / 10_000,
            "documentURL": "https://site.test/",
            "frameId": "main",
        }
        cdp.records.event("page", "Network.requestWillBeSent", request)
        if n % 2:
            text.send(source)
        else:
            cdp.records.event("page", "Network.requestServedFromCache", {"requestId": str(n)})
    path = text.write(folder)
    log = netlog.read(path, OFFSET_MS)
    key = VisitKey("1", "https://site.test/", Arm.GPC, 1, OFFSET_MS)
    rows, ledger = requests.build(log, cdp, key, Redactor())
    said = {"rows": len(rows), "matched": ledger.matched, "complete": ledger.netlog_complete, "dropped": cdp.dropped}
    print(json.dumps(said | {"peak_mb": peak_mb(os.getpid())}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
