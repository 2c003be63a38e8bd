"""Whether two names are one company: lists write the same one differently, and companies change their names."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.parties import etld_plus_one
from crawler.vendors import third_party_web
from crawler.vendors.identify import catalogue

_FORMS = re.compile(
    r"(?<!\w)(incorporated|inc|llc|ltd|limited|corporation|corp|gmbh|ag|sa|sas|srl|bv|plc|co|company|com)(?!\w)"
)
_NO_WORD = re.compile(r"[\W_]+")
_ALSO = {
    "youtube": "google",
    "google fundingchoices": "google",
    "facebook": "meta platforms",
    "instagram": "meta platforms",
    "twitter": "x",
    "bytedance": "tiktok",
    "snapchat": "snap",
    "appnexus": "microsoft",
    "adobe systems": "adobe",
    "adobe business catalyst": "adobe",
    "amazon ads": "amazon",
    "amazon pay": "amazon",
    "amazon web services": "amazon",
    "linkedin ads": "linkedin",
    "aol": "yahoo",
    "aol oath verizon media": "yahoo",
    "rubicon project": "magnite",
    "salesforce commerce cloud": "salesforce",
}
"""Names in the two lists that stand for one company, from memory. It only ever spares somebody a finding."""


def same_company(one: str, other: str) -> bool:
    """Whether two names of companies are the same, whatever their legal form; empty names are nobody's."""
    return bool(one and other) and _plain(one) == _plain(other)


def same_owner(domain: str, other: str) -> bool:
    """Whether two hosts are one site's, or of domains on which the lists know of one company alone, and the same."""
    site, other_site = etld_plus_one(domain), etld_plus_one(other)
    if site == other_site:
        return True
    return same_company(_company_on(site), _company_on(other_site))


@lru_cache(maxsize=4_096)
def _company_on(site: str) -> str:
    known = catalogue()
    names = {known.vendors[key].company for key in known.index.products_on(site)} | third_party_web.companies_on(site)
    return min(names) if len({_plain(name) for name in names}) == 1 else ""


@lru_cache(maxsize=4_096)
def _plain(name: str) -> str:
    words = _NO_WORD.sub(" ", _FORMS.sub(" ", name.casefold())).strip() or name.casefold()
    return _ALSO.get(words, words)
