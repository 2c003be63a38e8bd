"""Meta's Limited Data Use: on, off, absent, for a place that Meta accepts and for another."""

import pytest

from crawler.findings import Restriction
from crawler.signals import Carried, restriction
from crawler.signals.meta import STATES
from tests.parsing.taken_apart import taken_apart

R, U, N = Restriction.RESTRICTED, Restriction.UNRESTRICTED, Restriction.UNKNOWN
META = "https://www.facebook.com/tr/?id=1&ev=PageView"
MULTIPART = (
    '--b\r\nContent-Disposition: form-data; name="ev"\r\n\r\nPageView\r\n'
    '--b\r\nContent-Disposition: form-data; name="dpo"\r\n\r\n{}\r\n--b--\r\n'
)


def carried(url: str, body: str | None = None) -> Carried:
    return restriction("meta", taken_apart(url, body), sec_gpc=False)


@pytest.mark.parametrize(
    ("tail", "state"),
    [
        ("", N),
        ("&dpo=", U),
        ("&dpo=LDU&dpoco=0&dpost=0", R),
        ("&dpo=LDU", R),
        ("&dpo=LDU&dpoco=1&dpost=1000", R),
        ("&dpo=LDU&dpoco=1&dpost=999", N),
        ("&dpo=LDU&dpoco=2&dpost=1000", N),
        ("&dpo=LDU&dpoco=1&dpost=1000&dpost=1005", N),
        ("&dpo=LDU&dpo=", N),
        ("&dpo=other", N),
        ("&vdpo=LDU", N),
    ],
)
def test_meta(tail: str, state: Restriction) -> None:
    assert carried(META + tail).restriction is state


def test_meta_names_the_state_in_which_it_applies() -> None:
    for code, name in STATES.items():
        found = carried(f"{META}&dpo=LDU&dpoco=1&dpost={code}")
        assert found.restriction is R
        assert name in found.evidence


def test_meta_posts_a_form_or_a_multipart_body() -> None:
    url = "https://www.facebook.com/tr/"
    assert carried(url, "id=1&ev=PageView&dpo=LDU&dpoco=0&dpost=0").restriction is R
    assert carried(url, MULTIPART.format("LDU")).restriction is R
    assert carried(url, MULTIPART.format("")).restriction is U
