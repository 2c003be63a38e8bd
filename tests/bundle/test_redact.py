"""E-mail addresses in texts: hidden in every writing of them, marked as such, equal ones recognisable."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.bundle.redact import Redactor
from crawler.collectors.secrets_of_visit import VisitSecrets

REDACTOR = Redactor(b"k" * 32)
TOKEN = f"[redacted:{REDACTOR.hash('jo@mail.example')}:15:email]"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("em=jo@mail.example&a=1", f"em={TOKEN}&a=1"),
        ("em=jo%40mail.example", f"em={TOKEN}"),
        ('{"email": "jo@mail.example"}', f'{{"email": "{TOKEN}"}}'),
        (
            "dl=https%3A%2F%2Fa.example%2F%3Femail%3Djo%40mail.example",
            f"dl=https%3A%2F%2Fa.example%2F%3Femail%3D{TOKEN}",
        ),
        ("u=%253Femail%253Djo%2540mail.example", f"u=%253Femail%253D{TOKEN}"),
        ("no address here: a@b, 50%40, x", "no address here: a@b, 50%40, x"),
    ],
)
def test_addresses(text: str, hidden: str) -> None:
    assert REDACTOR.text(text, ()) == hidden
    assert VisitSecrets(REDACTOR, ()).text(text) == hidden


def test_a_stored_value_is_not_marked_as_an_address() -> None:
    assert REDACTOR.token("0123456789") == f"[redacted:{REDACTOR.hash('0123456789')}:10]"


@given(
    st.text(alphabet="abAB09._+-%=&?/3D25", max_size=80),
    st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True),
    st.sampled_from(["@", "%40", "%2540"]),
)
def test_no_address_survives_whatever_stands_before_it(before: str, name: str, at: str) -> None:
    text = REDACTOR.text(f"{before}{name}{at}mail.example", ())
    assert "mail.example" not in text
    assert not re.search(rf"{name}(?:@|%40|%2540)", text)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("https://a.test/?password=S3CRET&q=1", True),
        ("https://a.test/x;jsessionid=S3CRET?q=1", True),
        ("user=u&passwd=S3CRET", True),
        ('{"user": {"password" : "S3CRET"}, "n": 1}', True),
        ('{"data": "{\\"access_token\\":\\"S3CRET\\"}"}', True),
        ("https://a.test/?d=%7B%22client_secret%22%3A%22S3CRET%22%7D", True),
        ("https://a.test/?bypassword=S3CRET", False),
        ("https://a.test/?api_key=S3CRET&token=S3CRET", False),
    ],
)
def test_passwords_and_tokens_of_access_are_hidden_by_their_names(text: str, hidden: bool) -> None:
    redactor = Redactor()
    seen = redactor.text(text, ())
    assert ("S3CRET" not in seen) is hidden
    assert redactor.text(seen, ()) == seen, "what was replaced is not replaced again"
