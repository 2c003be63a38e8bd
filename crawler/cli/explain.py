"""`explain`: a rule's documentation, or what the catalogue knows of a vendor. Offline."""

from __future__ import annotations

import difflib
import shutil

from crawler.cli import exits
from crawler.cli.rule_pages import rule_names, rule_page, wrapped
from crawler.cli.saying import wrong
from crawler.parties import etld_plus_one, host_of
from crawler.vendors import Vendor, catalogue, identify

WIDEST = 100
"""Columns of a rule's documentation, however wide the window is."""


def explain(word: str) -> int:
    """Print what is known of a rule or vendor; says the nearest names when there is nothing. Returns the exit code."""
    rules = rule_names()
    if word in rules:
        print(f"{word}\n\n{wrapped(rule_page(word), min(shutil.get_terminal_size().columns, WIDEST))}")
        return exits.PASSED
    vendors = catalogue().vendors
    found = _called(word)
    if len(found) == 1:
        print(vendor_page(found[0]))
        return exits.PASSED
    if found:
        print(f"{word}: {len(found)} products; `tracking-audit explain KEY` tells more of one")
        for vendor in found:
            print(f"  {vendor.key:<28} {vendor.name}, {vendor.purpose}")
        return exits.PASSED
    names = [*rules, *vendors]
    near = difflib.get_close_matches(word, names, n=3, cutoff=0.5) or [n for n in names if word.lower() in n][:5]
    return wrong(
        f"no rule and no vendor is called {word!r}" + (f"; did you mean {', '.join(near)}?" if near else "") + "\n"
        f"rules: {', '.join(rules)}\n"
        f"vendors: {len(vendors)}, listed in crawler/vendors/README.md"
    )


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
    # A host that several products share, or whose products ask for more than the host; else all of its domain.
    index = catalogue().index
    host = host_of(word if "://" in word else f"https://{word}/")
    return [vendors[key] for key in sorted(index.on_host(host) or index.products_on(etld_plus_one(host)))]


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
    lines += [f"  {source.fact}: {source.source}, read {source.read_on}" for source in vendor.proof.sources]
    return "\n".join(lines)
