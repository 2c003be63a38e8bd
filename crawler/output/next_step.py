"""What a person does next, in one or two sentences: from the findings, or from the reasons why nothing was judged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from crawler.output import words

BY_REASON: Mapping[str, str] = MappingProxyType(
    {
        "unreachable": "Check that this machine can reach the site: name, network, firewall, certificate.",
        "no-pages": "Check that this machine can reach the addresses under `sites` in the expectations file.",
        "http-error": "Find out why the site answers with errors; its server's log knows.",
        "bot-wall": "Ask the site's operator to let this machine through the bot wall.",
        "timeout": "Find out what is slow; fewer visits at a time (--jobs 1) may help.",
        "crash": "Give the browser more memory, or fewer visits at a time (--jobs 1).",
        "signal-not-proven": "Run `tracking-audit doctor`: it shows whether this browser sends the signal.",
        "netlog-incomplete": "Check the disk's free space, and run fewer visits at a time (--jobs 1).",
        "robots": "Ask the owner to allow these pages in robots.txt, or use --ignore-robots with their consent.",
        "redirected-away": "Correct the addresses under `sites`, or add the new domain to the expectations file.",
        "not-html": "Take these addresses off the site's page list, or accept that they are not audited.",
        "empty": "Find out why the site answers with empty pages: a broken deployment, or a wall against browsers.",
        "another-page": "Find out why the site shows another page to the signal: a wall, or a notice before the site.",
        "flood": "Look at the page: it asks for more than a browser can bear, or than the recorder keeps.",
        "vendor-unreachable": "Let this machine reach the vendors that the pages call: network, firewall, name server.",
        "har": "Record the pages with this program (`tracking-audit run`): a HAR leaves out what a clean result needs.",
        "interrupted": "Let the run come to its end.",
    }
)
"""The way out of each reason of `crawler.evidence.Gap`, and of another page in the arm with the signal."""

CERTIFICATE = (
    "The browser does not trust the site's certificate. For a staging server give --ca-cert a file that holds the "
    "server's own certificate (a root that the server does not send along is not enough), or use --ignore-https-errors."
)
REPEAT = "Run again with more repetitions (--repeat 6): what is open was seen in some visits and not in others."
NO_CLEAN_RESULT = "Until then this is no clean result."


def for_gaps(verdicts: Mapping[str, Any]) -> str:
    """How to get a result out of a run in which something could not be judged."""
    gaps = list(words.gaps_in_comparison(verdicts))
    if any(gap.get("reason") == "unreachable" and "ERR_CERT_" in str(gap.get("detail")) for gap in gaps):
        return f"{CERTIFICATE} Then run again. {NO_CLEAN_RESULT}"
    reasons = Counter(str(gap.get("reason")) for gap in gaps)
    known = [BY_REASON[reason] for reason, _ in reasons.most_common() if reason in BY_REASON][:2]
    if known:
        return " ".join([*known, "Then run again.", NO_CLEAN_RESULT])
    if reasons:
        return f"Close the gaps listed as what could not be seen, and run again. {NO_CLEAN_RESULT}"
    return f"{REPEAT} {NO_CLEAN_RESULT}"


def for_pass(not_checkable: int) -> str:
    """What is left to do when nothing contradicts the policy."""
    if not not_checkable:
        return "Nothing. Run it again when the site or the policy changes."
    about = "1 sentence that was not checked needs" if not_checkable == 1 else (
        f"{not_checkable} sentences that were not checked need"
    )  # fmt: skip
    return f"Nothing on the site. The {about} other proof. Run it again when the site or the policy changes."


def naming(remedy: str, name: str) -> str:
    """A remedy with the product's name where it says "the vendor"; an empty name leaves it as it is."""
    if not name:
        return remedy
    return re.sub(r"\b[Tt]he vendor(?![\w'’-])", lambda _: name, remedy)


def standing_alone(remedy: str, name: str) -> str:
    """A remedy that is read without its finding: it names the product, before it if not in it."""
    if not remedy or not name or name.casefold() in remedy.casefold():
        return remedy
    first = remedy[0].lower() if remedy[1:2].islower() or remedy[1:2] == " " else remedy[0]
    return f"{name}: {first}{remedy[1:]}"
