"""reCAPTCHA variants by loader, frame and page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.vendors.recaptcha import VARIANTS, recaptcha_variants

API = "https://www.google.com/recaptcha/api.js"
EXPLICIT = API + "?onload=ready&render=explicit"
RENDER = API + "?render=6LcKey"
ENTERPRISE = "https://www.google.com/recaptcha/enterprise.js"


def anchor(size: str, key: str = "6LcKey", kind: str = "api2", host: str = "www.google.com") -> str:
    return f"https://{host}/recaptcha/{kind}/anchor?ar=1&k={key}&co=aHR0cHM6&hl=en&v=r2&size={size}&cb=x"


@pytest.mark.parametrize(
    ("urls", "dom", "wanted"),
    [
        ([API, anchor("normal")], [], {"v2-checkbox"}),
        ([API, anchor("compact")], [], {"v2-checkbox"}),
        ([API, anchor("invisible")], [], {"v2-invisible"}),
        ([EXPLICIT, anchor("invisible")], [], {"v2-invisible"}),
        ([RENDER, anchor("invisible")], [], {"v3"}),
        ([RENDER], [], {"v3"}),
        ([RENDER, anchor("invisible", "6LcOther")], [], {"v3", "invisible-or-v3"}),
        ([RENDER, anchor("invisible", "6LcOther")], ["data-size=invisible"], {"v3", "v2-invisible"}),
        ([RENDER, anchor("invisible"), anchor("normal", "6LcOther")], [], {"v3", "v2-checkbox"}),
        ([anchor("invisible")], [], {"invisible-or-v3"}),
        ([anchor("invisible")], ["data-size=invisible"], {"v2-invisible"}),
        ([anchor("invisible")], ["size=invisible"], {"invisible-or-v3"}),
        ([], ["size=invisible"], {"invisible-or-v3"}),
        ([], ["size=invisible", "badge", "enterprise"], {"enterprise"}),
        ([], ["render=6LcKey", "enterprise"], {"enterprise-score"}),
        ([anchor("invisible")], ["render=6LcKey", "size=invisible"], {"v3"}),
        ([anchor("normal", host="www.recaptcha.net")], [], {"v2-checkbox"}),
        ([API], [], set()),
        ([API], ["size=invisible"], {"v2-invisible"}),
        ([API], ["size=normal"], {"v2-checkbox"}),
        ([], ["size=normal"], {"v2-checkbox"}),
        ([ENTERPRISE], [], {"enterprise"}),
        ([ENTERPRISE + "?render=6LcKey"], [], {"enterprise-score"}),
        ([ENTERPRISE + "?render=6LcKey", anchor("invisible", kind="enterprise")], [], {"enterprise-score"}),
        ([ENTERPRISE, anchor("normal", kind="enterprise")], [], {"enterprise-checkbox"}),
        ([ENTERPRISE, anchor("invisible", kind="enterprise")], [], {"enterprise-invisible"}),
        ([anchor("invisible", kind="enterprise")], [], {"enterprise"}),
        (["https://www.google.com/recaptcha/enterprise/reload?k=6LcKey"], [], {"enterprise"}),
        ([API, anchor("normal"), ENTERPRISE + "?render=k"], [], {"v2-checkbox", "enterprise-score"}),
        ([API, anchor("normal"), ENTERPRISE], [], {"v2-checkbox", "enterprise"}),
        ([], [], set()),
        (["https://shop.example/recaptcha/api.js?render=6LcKey"], [], set()),
        (["https://shop.example/?u=" + RENDER], [], set()),
        (["https://www.google.evil.example/recaptcha/enterprise.js"], [], set()),
        (["https://www.gstatic.com/recaptcha/releases/abc/recaptcha__en.js"], [], set()),
    ],
)
def test_variants(urls: list[str], dom: list[str], wanted: set[str]) -> None:
    assert recaptcha_variants([(url, "script") for url in urls], dom) == wanted


@given(st.lists(st.text()), st.lists(st.text()))
def test_never_raises(urls: list[str], dom: list[str]) -> None:
    found = recaptcha_variants([(API.replace("api.js", u), u) for u in urls], [*dom, *("size=" + d for d in dom)])
    assert found <= set(VARIANTS)
