"""The evidence tables: what was recorded, row by row. Only shapes and meanings; no browser, no judgement.

Each dataclass in `STREAMS` is one stream of a run's bundle (`evidence/<stream>.jsonl.gz`, one row per line); its fields
are the columns. Units stand in the names. Times inside a visit (`*_ms`) count from the visit's navigation start; wall
clock times are UTC and appear only on `Visit`.
"""

from crawler.evidence.arm import Arm
from crawler.evidence.behaviour import ApiCall, StorageItem
from crawler.evidence.consent import ConsentState
from crawler.evidence.cookies import Cookie, CookieEvent
from crawler.evidence.names import TOLD, HostName
from crawler.evidence.requests import IdentifierSent, Initiator, Message, Request, SetCookie
from crawler.evidence.rows import STREAMS, from_row, to_row
from crawler.evidence.visits import Gap, Page, Reconciliation, SignalProof, Step, Visit, step_at

__all__ = [
    "STREAMS",
    "TOLD",
    "ApiCall",
    "Arm",
    "ConsentState",
    "Cookie",
    "CookieEvent",
    "Gap",
    "HostName",
    "IdentifierSent",
    "Initiator",
    "Message",
    "Page",
    "Reconciliation",
    "Request",
    "SetCookie",
    "SignalProof",
    "Step",
    "StorageItem",
    "Visit",
    "from_row",
    "step_at",
    "to_row",
]
