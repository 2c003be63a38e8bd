"""`explain`: a rule's documentation, or what the catalogue knows of a vendor. Offline."""

from __future__ import annotations

import difflib
import inspect
from typing import Any

from rich.console import Console

from crawler import rules
from crawler.vendors import catalogue


def explain(word: str, console: Console) -> bool:
    """Print what is known of a rule or vendor; False, with the nearest names, when there is nothing."""
    by_id: dict[str, Any] = {rule.ID: rule for rule in rules.ALL}
    if word in by_id:
        console.print(f"{word}\n", style="bold", highlight=False)
        console.print(inspect.getdoc(by_id[word]) or "", highlight=False, markup=False)
        return True
    vendors = catalogue().vendors
    if word in vendors:
        console.print(vendors[word].explain(), highlight=False, markup=False)
        return True
    names = [*by_id, *vendors]
    near = difflib.get_close_matches(word, names, n=3, cutoff=0.5) or [n for n in names if word.lower() in n][:5]
    console.print(f"no rule and no vendor is called {word!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))
    console.print(f"rules: {', '.join(by_id)}", highlight=False, soft_wrap=True)
    console.print(f"vendors: {len(vendors)}, listed in crawler/vendors/README.md", highlight=False)
    return False
