"""What the shape cannot say: do quotes stand in the policy, are vendors, rules and sites known, are names unique."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.claims.domains import host_in, registrable, usable
from crawler.claims.policy_text import find_quote, nearest_sentence, parts_of, text_sha256
from crawler.claims.problems import Problems, did_you_mean, printable
from crawler.claims.reading import Filled, Value

_HINTS = 20
"""Nearest sentences looked for at most: searching one takes milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a file may name: keys of vendors, their variants, ids of rules."""

    vendors: Collection[str]
    rules: Collection[str]
    variants: Mapping[str, Collection[str]]


def judge(company: Filled, known: Known, problems: Problems) -> None:
    """Notes what is wrong with names, addresses, vendors and rules, wherever they could be read."""
    _addresses(company, problems)
    _own_domains(company, problems)
    seen: dict[str, int] = {}
    for claim in company.records("claims"):
        name = claim.text("id")
        if name and name in seen:
            at = claim.fields["id"]
            message = f'the claim id "{name}" is taken, in line {seen[name]}; give this claim another one.'
            problems.add(at.line, at.column, message)
        seen.setdefault(name, claim.line)
        _vendor(claim.value("vendor"), f"claim {name}", known, problems)
        for one in claim.values("vendors"):
            _vendor(one, f"claim {name}", known, problems)
        _variant(claim, known, problems)
    for attestation in company.records("attestations"):
        _vendor(attestation.value("vendor"), "attestation", known, problems)
    for waiver in company.records("waivers"):
        _waiver(waiver, company, known, problems)


def quotes(company: Filled, policy_text: str, text_name: str, problems: Problems) -> None:
    """Notes each claim whose quote does not stand in the policy, with the sentence that comes nearest."""
    hints = 0
    for claim in company.records("claims"):
        quote = claim.value("quote")
        if quote is None or find_quote(policy_text, str(quote.value)) is not None:
            continue
        hints += 1
        why = _missing(policy_text, str(quote.value), hint=hints <= _HINTS)
        message = f"claim {claim.text('id') or '?'}: {why} Copy the words from {text_name}."
        problems.add(quote.line, quote.column, message)


def policy_hash(policy: Filled, policy_text: str, text_name: str, problems: Problems) -> None:
    """Notes a `text_sha256` that is not that of the policy's text; the message says the right one."""
    actual = text_sha256(policy_text)
    if "text_sha256" not in policy.fields:
        message = f'the "text_sha256" of {text_name} is {actual}; write it here once the claims fit that text.'
        problems.add(policy.line, policy.column, message)
    elif policy.text("text_sha256") != actual:
        at = policy.fields["text_sha256"]
        message = (
            f'"text_sha256" is not that of {text_name}: the text has changed since, or another file is meant. '
            f"Read the claims against the text again, then write {actual}."
        )
        problems.add(at.line, at.column, message)


def _missing(policy_text: str, quote: str, *, hint: bool) -> str:
    parts = parts_of(quote)
    absent = next((n for n, part in enumerate(parts, 1) if find_quote(policy_text, part) is None), 0)
    if not parts:
        return "the quote has no words."
    if not absent:
        return "the parts of the quote stand in the policy, but not in this order."
    said = "the quote is not in the policy." if len(parts) == 1 else f"part {absent} of the quote is not in the policy."
    near = nearest_sentence(policy_text, parts[absent - 1]) if hint else None
    return f'{said} Nearest there: "{printable(near, 240)}".' if near else said


def _addresses(company: Filled, problems: Problems) -> None:
    policy = company.fields.get("policy")
    urls = list(company.values("sites"))
    urls += [one for record in company.records("claims") if (one := record.value("url"))]
    if isinstance(policy, Filled) and (one := policy.value("url")):
        urls.append(one)
    for url in urls:
        if not usable(str(url.value)):
            message = f'"{printable(str(url.value))}" is not a working address; check its host and port.'
            problems.add(url.line, url.column, message)


def _own_domains(company: Filled, problems: Problems) -> None:
    for domain in company.values("own_domains"):
        # It would make every site of the world that ends so the company's own, and hide its trackers.
        if registrable(str(domain.value)) is None:
            message = f'"{domain.value}" is a public suffix under which anybody can register; name the domain itself.'
            problems.add(domain.line, domain.column, message)


def _vendor(at: Value | None, what: str, known: Known, problems: Problems) -> None:
    if at is None:
        return
    key = str(at.value)
    if key in known.vendors:
        return
    # Third parties outside the catalogue are called by their domain, or by an entity of the third-party-web list.
    if key.startswith("tpw:") and not any(one.startswith("tpw:") for one in known.vendors):
        return
    if "." in key and not key.startswith("tpw:"):
        own = registrable(key)
        if own == key:
            return
        if own:
            message = (
                f'{what}: a vendor that the catalogue does not know goes by its registrable domain; write "{own}".'
            )
            problems.add(at.line, at.column, message)
            return
    hint = did_you_mean(key, known.vendors)
    way_out = hint or " Name one of the catalogue, or write the registrable domain that it is loaded from."
    problems.add(at.line, at.column, f'{what}: the vendor "{printable(key)}" is not known.{way_out}')


def _variant(claim: Filled, known: Known, problems: Problems) -> None:
    at = claim.value("variant")
    vendor = claim.text("vendor")
    if at is None or vendor not in known.vendors or not known.variants:
        return
    variants = known.variants.get(vendor, ())
    if at.value in variants:
        return
    if not variants:
        message = f'claim {claim.text("id")}: {vendor} has no variants; delete "variant".'
    else:
        options = ", ".join(sorted(variants))
        hint = did_you_mean(str(at.value), variants)
        message = f'claim {claim.text("id")}: "{at.value}" is no variant of {vendor}; known are {options}.{hint}'
    problems.add(at.line, at.column, message)


def _waiver(waiver: Filled, company: Filled, known: Known, problems: Problems) -> None:
    rule = waiver.value("rule")
    if rule and rule.value not in known.rules:
        hint = did_you_mean(str(rule.value), known.rules) or f" Known are: {', '.join(sorted(known.rules))}."
        problems.add(rule.line, rule.column, f'waiver: there is no rule "{rule.value}".{hint}')
    _vendor(waiver.value("vendor"), "waiver", known, problems)
    site = waiver.value("site")
    hosts = [urlsplit(str(one.value)).hostname or "" for one in company.values("sites") if usable(str(one.value))]
    hosts += [str(one.value) for one in company.values("own_domains")]
    if site is None or not hosts:
        return
    options = sorted({own for host in hosts if (own := registrable(host) or host)})
    if site.value not in options:
        near = registrable(host_in(str(site.value)))
        said = f'write "{near}"' if near in options else f"write one of {', '.join(options)}"
        message = f'waiver: "{printable(str(site.value))}" is not the domain of a site of this file; {said}.'
        problems.add(site.line, site.column, message)
