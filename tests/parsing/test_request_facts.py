"""Requests taken apart: queries, path parameters and every kind of body."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.parsing import facts
from crawler.parsing.request_facts import MAX_PARAMS


def params(url: str, body: str | None = None) -> dict[str, list[str]]:
    request = facts(url, "POST", body)
    assert request is not None
    return request.params


def test_query_is_decoded_and_repeats_are_kept() -> None:
    assert params("https://c.test/?a=1&a=%32&b=x+y&c&%65=f") == {
        "a": ["1", "2"], "b": ["x y"], "c": [""], "e": ["f"],
    }  # fmt: skip


def test_floodlight_path_parameters() -> None:
    request = facts("https://ad.doubleclick.net/activity;src=77;type=a;u1=https%3A%2F%2Fx;ord=1?q=2")
    assert request is not None
    assert request.path == "/activity"
    assert request.params == {"q": ["2"], "src": ["77"], "type": ["a"], "u1": ["https://x"], "ord": ["1"]}


def test_a_semicolon_without_parameters_stays_in_the_path() -> None:
    request = facts("https://c.test/a;b/c")
    assert request is not None
    assert (request.path, request.params) == ("/a;b/c", {})


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("en=a&x=1\nen=b", {"en": ["a", "b"], "x": ["1"]}),
        ("en=a\r\nen=b\r\n", {"en": ["a", "b"]}),
        ('{"context":{"pixel":{"code":"C1"}},"on":true,"none":null}', {"context.pixel.code": ["C1"], "on": ["true"]}),
        ('[{"event":"a"},{"event":"b","n":3}]', {"event": ["a", "b"], "n": ["3"]}),
        ('{"dsn":"d"}\n{"type":"session"}\nrubbish', {"dsn": ["d"], "type": ["session"]}),
        (
            '--XX\r\nContent-Disposition: form-data; name="id"\r\n\r\n42\r\n'
            '--XX\r\nContent-Disposition: form-data; name="ev"\r\n\r\nPageView\r\n--XX--\r\n',
            {"id": ["42"], "ev": ["PageView"]},
        ),
        ("base64:aWQ9MQ==", {}),
        ("just words", {}),
        ("{broken", {}),
        ("", {}),
        (None, {}),
    ],
)
def test_bodies(body: str | None, wanted: dict[str, list[str]]) -> None:
    assert params("https://c.test/x", body) == wanted


def test_json_inside_a_parameter_plain_or_in_base64() -> None:
    event = b'{"event":"Sign up \xc3\xa4","properties":{"token":"0123abcd","n":[1,2]}}'
    wanted = {"data.event": ["Sign up \u00e4"], "data.properties.token": ["0123abcd"], "data.properties.n": ["1", "2"]}
    forms = (event.decode(), *(encode(event).decode() for encode in (b64encode, urlsafe_b64encode)))
    for form in (*forms, forms[1].rstrip("=")):
        url, body = f"https://c.test/?{urlencode({'data': form})}", urlencode({"data": form})
        assert params(url) == wanted | {"data": [form]}
        assert params("https://c.test/", body) == wanted | {"data": [form]}


@pytest.mark.parametrize(
    "value", ["eyJ", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x", "eyJ!!!!", '{"a"', "W3s=", '{"' * 9_000]
)
def test_what_only_begins_like_json_stays_as_it_is(value: str) -> None:
    assert params("https://c.test/", urlencode({"data": value})) == {"data": [value]}


@pytest.mark.parametrize(
    "url",
    ["data:text/plain,x", "blob:https://a/1", "about:blank", "", "//c.test/x", "https://", "https://[::1", "file:///x"],
)
def test_what_goes_to_no_host(url: str) -> None:
    assert facts(url) is None


def test_host_is_bare() -> None:
    request = facts("https://user:pw@WWW.C.test.:8443/")
    assert request is not None
    assert request.host == "www.c.test"


def test_bombs_are_bounded() -> None:
    assert len(params("https://c.test/?" + "&".join(f"a{i}=1" for i in range(50_000)))) <= MAX_PARAMS
    assert params("https://c.test/", "[" * 100_000) == {}
    assert params("https://c.test/", '{"a":' * 200 + "1" + "}" * 200) == {}
    assert len(params("https://c.test/", "x=" + "%25" * 20_000_000)["x"][0]) < 1_000_000


@settings(max_examples=300, deadline=None)
@given(st.text(), st.text())
def test_never_raises(text: str, body: str) -> None:
    for url in (text, "https://" + text, "https://c.test/" + text, "https://c.test/;a=" + text):
        request = facts(url, text, body)
        assert request is None or isinstance(request.params, dict)
    for start in ("{", "[", '--x\nname="', "base64:"):
        assert isinstance(params("https://c.test/", start + body), dict)


@settings(max_examples=500, deadline=None)
@given(st.text("ab=&%+26;.", max_size=40), st.text("ab=&%+26.", max_size=20), st.booleans())
def test_parameters_are_those_of_the_standard_library(query: str, form: str, one_by_one: bool) -> None:
    request = facts(f"https://c.test/?{query}", "POST", form)
    assert request is not None
    wanted: dict[str, list[str]] = {}
    for text in (query, form if "=" in form else ""):
        for name, value in parse_qsl(text, keep_blank_values=True, errors="replace"):
            if name:
                wanted.setdefault(name, []).append(value)
    if one_by_one:
        # Each asked for on its own, and twice: a value is decoded once.
        assert {name: request.get(name) for name in wanted} == wanted
        assert {name: list(request.get(name) or ()) for name in request.names()} == wanted
    assert request.params == wanted


def test_pairs_come_in_the_order_of_the_names_asked_wherever_they_stand() -> None:
    request = facts('https://c.test/?b=2&a=1&a=0&d={"x":{"a":"9"},"y.z":"7"}&%63=3')
    assert request is not None
    assert request.pairs(("a", "none", "c", "y.z", "b")) == [("a", "1"), ("a", "0"), ("a", "9"), ("c", "3"), ("b", "2")]
    assert request.pairs(("d.y.z",)) == [("d.y.z", "7")]
