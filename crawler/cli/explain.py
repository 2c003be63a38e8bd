"""`explain`: a rule's documentation, or what the catalogue knows of a vendor. Offline."""

from __future__ import annotations

import difflib
import inspect
from typing import Any

from rich.console import Console

from crawler import rules
from crawler.vendors import Vendor, catalogue, identify


def explain(word: str, console: Console) -> bool:
    """Print what is known of a rule or vendor; False, with the nearest names, when there is nothing."""
    by_id: dict[str, Any] = {rule.ID: rule for rule in rules.ALL}
    if word in by_id:
        console.print(f"{word}\n", style="bold", highlight=False)
        console.print(inspect.getdoc(by_id[word]) or "", highlight=False, markup=False)
        return True
    vendors = catalogue().vendors
    found = _called(word)
    if len(found) == 1:
        console.print(vendor_page(found[0]), highlight=False, markup=False, soft_wrap=True)
        return True
    if found:
        console.print(f"{word}: {len(found)} products", highlight=False, markup=False)
        for vendor in found:
            console.print(f"  {vendor.key:<28} {vendor.name}, {vendor.purpose}", highlight=False, markup=False)
        return True
    names = [*by_id, *vendors]
    near = difflib.get_close_matches(word, names, n=3, cutoff=0.5) or [n for n in names if word.lower() in n][:5]
    console.print(
        f"no rule and no vendor is called {word!r}" + (f"; did you mean {', '.join(near)}?" if near else ""),
        highlight=False,
        markup=False,
    )
    console.print(f"rules: {', '.join(by_id)}", highlight=False, soft_wrap=True)
    console.print(f"vendors: {len(vendors)}, listed in crawler/vendors/README.md", highlight=False)
    return False


def _called(word: str) -> list[Vendor]:
    """Products by key, name or alias; else those of a company; else the one that an address or a host belongs to, or
    all that share the host."""
    vendors = catalogue().vendors
    if word in vendors:
        return [vendors[word]]
    said = " ".join(word.casefold().split())
    named = [v for v in vendors.values() if said in {n.casefold() for n in (v.key, v.name, *v.aliases)}]
    if named:
        return named
    if of_company := [v for v in vendors.values() if f"{v.company.casefold()} ".startswith(f"{said} ")]:
        return of_company
    if "." not in said or " " in said:
        return []
    hit = identify(word if "://" in word else f"https://{word}/")
    if hit is not None and hit.vendor in vendors:
        return [vendors[hit.vendor]]
    # A host that several products share, or whose products ask for more than the host.
    return [vendors[key] for key in sorted(catalogue().index.on_host(said))]


def _self_honour(vendor: Vendor) -> list[str]:
    claim = vendor.self_honours_gpc
    if claim is None:
        return []
    return [f"says that it honours the signal by itself: {claim.scope} ({claim.source}, read {claim.read_on})"]


def vendor_page(vendor: Vendor) -> str:
    """What the catalogue knows of a product, as text."""
    lines = [
        f"{vendor.name} ({vendor.key})",
        f"by {vendor.company}; {vendor.purpose}; {vendor.homepage}",
        f"under an opt-out signal: {vendor.gpc}" + (f"; state read by: {vendor.signals}" if vendor.signals else ""),
        *_self_honour(vendor),
    ]
    if vendor.aliases:
        lines.append(f"in policies: {', '.join(vendor.aliases)}")
    if vendor.variants:
        lines.append(f"variants: {', '.join(vendor.variants)}")
    if vendor.note:
        lines += ["", vendor.note]
    lines += ["", "Requests"]
    for endpoint in vendor.endpoints:
        params = "&".join(f"{name}={'|'.join(values)}" for name, values in endpoint.params.items())
        shape = f"{' '.join(endpoint.hosts) or 'any host'} {' '.join(endpoint.paths)}" + (
            f" ?{params}" if params else ""
        )
        lines.append(f"  {endpoint.role:<8} {shape}{'' if endpoint.verified else '  (from memory)'}")
    if vendor.cookies:
        lines += ["", "Cookies"]
    for cookie in vendor.cookies:
        known = cookie.lifetime_days is not None
        days = f"{cookie.lifetime_days:g} days" if cookie.lifetime_days else "session" if known else ""
        lines.append(f"  {cookie.name} {cookie.kind} {days}{'' if cookie.verified else '  (from memory)'}".rstrip())
    lines += ["", "Sources"]
    lines += [f"  {source.fact}: {source.source}, read {source.read_on}" for source in vendor.sources]
    return "\n".join(lines)
