"""Google's decoders: which parameters decide, which corroborate, and where they stand."""

from urllib.parse import quote

import pytest

from crawler.findings import Restriction
from crawler.signals import Carried, restriction
from tests.parsing.taken_apart import taken_apart

R, U, N = Restriction.RESTRICTED, Restriction.UNRESTRICTED, Restriction.UNKNOWN
ADS = "https://googleads.g.doubleclick.net/pagead/viewthroughconversion/1/?"
GA = "https://www.google-analytics.com/g/collect?v=2&tid=G-ABC1234567&"


def carried(decoder: str, url: str, body: str | None = None) -> Carried:
    return restriction(decoder, taken_apart(url, body), sec_gpc=False)


@pytest.mark.parametrize(
    ("query", "state"),
    [
        ("", N),
        ("gcs=G100", R),
        ("gcs=G101", R),
        ("gcs=G110", U),
        ("gcs=G111", U),
        ("gcs=G1--", N),
        ("gcs=G1", N),
        ("gcs=nonsense", N),
        ("gcs=G111&npa=1", R),
        ("gcs=G111&npa=0", U),
        ("gcs=G111&rdp=1", R),
        ("npa=1", R),
        ("npa=0", N),
        ("rdp=1", R),
        ("gcs=G100&gcs=G111", N),
        ("npa=0&npa=1", N),
        ("npa=0&npa=1&gcs=G100", R),
        ("gcd=13p3p3p2p5l1", N),
        ("gcd=13t3t3t2t5l1", N),
        ("gcd=13p3p3p2p5l1&gcs=G111", U),
    ],
)
@pytest.mark.parametrize("decoder", ["google", "google-analytics"])
def test_google(decoder: str, query: str, state: Restriction) -> None:
    for base in (ADS, GA):
        assert carried(decoder, base + query).restriction is state


def test_google_path_parameters_of_floodlight() -> None:
    base = "https://ad.doubleclick.net/activity;src=1;type=a;cat=b;"
    assert carried("google", base + "npa=1;ord=1?").restriction is R
    assert carried("google", base + "npa=0;ord=1?").restriction is N
    unconfirmed = carried("google", base + "dc_rdp=1;ord=1?")
    assert unconfirmed.restriction is R
    assert "not confirmed" in unconfirmed.evidence


def test_google_parameters_of_a_page_inside_another_parameter_are_not_its_own() -> None:
    page = quote("https://shop.example/?npa=1&gcs=G100", safe="")
    assert carried("google-analytics", f"{GA}dl={page}").restriction is N
    assert carried("google", f"https://ad.doubleclick.net/activity;src=1;~oref={page}?").restriction is N


def test_google_analytics_batch_lines_are_read() -> None:
    assert carried("google-analytics", GA + "x=1", "en=page_view&gcs=G100\nen=scroll&gcs=G100").restriction is R
    assert carried("google-analytics", GA + "x=1", "en=page_view&gcs=G100\nen=scroll&gcs=G111").restriction is N


def test_gcd_is_said_and_does_not_decide() -> None:
    alone = carried("google", ADS + "gcd=13p3p3p2p5l1")
    assert alone.restriction is N
    assert "corroboration only" in alone.evidence


def test_analytics_says_what_analytics_may_store() -> None:
    assert "analytics storage is denied" in carried("google-analytics", GA + "gcs=G110").evidence
    assert "analytics storage" not in carried("google", ADS + "gcs=G110").evidence
