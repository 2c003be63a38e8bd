"""What a request says: query, path parts, and bodies of five kinds, within bounds."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.signals.parameters import MAX_FIELDS, Parameters, nested_json, parse_json, read


def test_query_values_keep_their_order_and_lose_repeats() -> None:
    found = read("https://a.example/?x=1&y=%26&x=2&x=1&empty=&flag", None)
    assert found.values("x") == ("1", "2")
    assert found.values("y") == ("&",)
    assert found.values("empty") == ("",)
    assert found.values("flag") == ()


def test_path_parameters() -> None:
    found = read("https://ad.example/activity;src=1;npa=1;~oref=https%3A%2F%2Fb.example%2F%3Bnpa%3D0?z=3", None)
    assert found.values("src") == ("1",)
    assert found.values("npa") == ("1",)
    assert found.values("z") == ("3",)


def test_a_body_of_lines_is_one_query_string_per_line() -> None:
    assert read("https://a.example/?en=x", "en=a&k=1\r\nen=b&k=1").values("en") == ("x", "a", "b")


def test_a_multipart_body() -> None:
    body = (
        '--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain\r\n\r\n1+1=2%\r\n'
        '--b\r\nContent-Disposition: form-data; name="empty"\r\n\r\n\r\n--b--'
    )
    found = read("https://a.example/", body)
    assert found.values("a") == ("1+1=2%",)
    assert found.values("empty") == ("",)


def test_a_json_body_is_searched_at_any_depth() -> None:
    found = read("https://a.example/", '{"a": [{"k": true}, {"b": {"k": "x"}}]}')
    assert sorted(map(str, found.json_values("k"))) == ["True", "x"]
    assert found.fields == {}


def test_json_inside_a_parameter() -> None:
    found = read("https://a.example/?pd=%7B%22k%22%3A%5B%5D%2C%22n%22%3A%7B%22k%22%3A1%7D%7D&pd=text", None)
    assert nested_json(found, "pd", "k") == [[], 1]


def test_a_binary_body_says_nothing() -> None:
    assert read("https://a.example/", "base64:bnBhPTE=") == Parameters({})


def test_only_so_many_fields_are_read() -> None:
    found = read("https://a.example/?" + "&".join(f"k{n}=1" for n in range(MAX_FIELDS * 2)), None)
    assert len(found.fields) == MAX_FIELDS


def test_a_deep_document_is_no_document() -> None:
    assert parse_json("[" * 500_000) is None
    assert parse_json("text") is None


@given(st.text(max_size=400), st.none() | st.text(max_size=400))
def test_it_never_raises(url: str, body: str | None) -> None:
    for candidate in (url, f"https://a.example/{url}"):
        assert isinstance(read(candidate, body), Parameters)
