"""The parser of public URLs: its grammar, its errors, and every other spelling of the same request."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.errors import BadRequest, EdgeError
from edge.contract.recipe import FIELDS
from edge.contract.request import ImageRequest
from edge.contract.signing import KeyRing, SigningKey
from edge.contract.url import MAX_QUERY, _make_recipe, parse_url
from tests.edge.contract.strategies import POLICY, requests

LONG_NAMES = {"w": "width", "h": "height", "g": "gravity", "p": "preset", "f": "format", "q": "quality"} | {
    "e": "expires",
    "s": "signature",
}
RING = KeyRing(SigningKey("k1", b"secret", 0))
NOW = 1_000_000.0


def parse(url: str) -> ImageRequest:
    path, _, query = url.partition("?")
    return parse_url(path, query, POLICY)


@given(requests())
def test_parsing_reverses_spelling(request: ImageRequest) -> None:
    assert parse(request.spell()) == request


@given(requests(), st.data())
def test_other_orders_long_names_and_escapes_are_the_same_request(request: ImageRequest, data: st.DataObject) -> None:
    path, _, query = request.spell().partition("?")
    pairs = data.draw(st.permutations([pair.split("=") for pair in query.split("&") if pair]))
    renamed = [(data.draw(st.sampled_from([name, LONG_NAMES.get(name, name)])), value) for name, value in pairs]
    escape = data.draw(st.sampled_from(_ESCAPES))
    spelled = "&".join(f"{escape(name)}={escape(value)}" for name, value in renamed)
    assert parse(f"/{escape(unquote(path[1:]))}?{spelled}") == request


_ESCAPES: list[Callable[[str], str]] = [
    lambda text: quote(text, safe=""),
    lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
]


@given(st.text(max_size=30), st.text(max_size=60))
def test_any_url_is_a_request_or_one_of_our_errors(path: str, query: str) -> None:
    try:
        parse_url("/" + path, query, POLICY).authorise(POLICY, RING.find, NOW)
    except EdgeError as error:
        assert error.status in (400, 403)
        assert len(error.message) < 600


SIDE = "a {} in pixels, in decimal digits; 0 leaves that side free"
#: What each parameter accepts, in the words of the message, and values that it rejects.
VALUES = {
    "w": (SIDE.format("width"), ["", "abc", "-1", "+3", "%2B3", "1e9", "3.0", "0x10", " 3", "3;h=4", "99999999999"]),
    "h": (SIDE.format("height"), ["٣", "%D9%A3", "３", "²", "3%00", "%00", "3%0A", "%2533", "1_000", "∞"]),
    "fit": ("one of cover contain fill inside outside", ["", "crop", "COVER", "cover%00", "cover,fill", "co%C0%A0ver"]),
    "g": (
        "one of focal center north northeast east southeast south southwest west northwest auto face faces, "
        "or a point such as 0.31,0.42",
        ["", "up", "North", "0.31", "1.2,0", "0,-0.1", "0,+0", "0.3,0.4,0.5", ".,.", ",", "0.3;0.4", "nan,0", "1e0,0"],
    ),
    "face": ("a number from 1, the largest face, to 32", ["", "0", "33", "first"]),
    "pad": ("a number from 0 to 500", ["", "501", "-1", "10%25"]),
    "q": ("a number from 1 to 100", ["", "0", "101", "-1", "75.0", "high"]),
    "up": ("0 or 1", ["", "yes", "true", "2", "01"]),
    "bg": ("a colour as rrggbb or rrggbbaa, in hexadecimal", ["", "red", "fff", "%23ffffff", "ffffff0", "ﬀffff"]),
    "rotate": ("whole degrees clockwise, from -360 to 360", ["", "45.5", "361", "--1", "+90", "−90", "0090"]),
    "flip": ("0 or 1", ["", "2", "h"]),
    "flop": ("0 or 1", ["", "-1"]),
    "blur": ("a radius from 0 to 100", ["", "101", "0.5", "-1"]),
    "sharpen": ("a radius from 0 to 10", ["", "11", "1.5"]),
    "grayscale": ("0 or 1", ["", "on"]),
    "trim": ("a threshold from 0 to 255", ["", "256", "-1"]),
    "p": (
        "the name of a preset, in a-z 0-9 and -, or name.revision",
        ["", "Card", "-a", "a-", "a.", "a.0", "a.01", "a.b", "a/b"],
    ),
    "f": ("one of auto avif webp jpeg png gif", ["", "jpg", "AVIF", "svg", "webp,avif"]),
    "v": ("an asset's version, 8 hexadecimal digits in lower case", ["", "12", "0123ABCD", "0123abcde", "any"]),
    "e": ("a Unix time in seconds", ["", "soon", "0", "-1", "01", "1.5", "999999999999", "2030-01-01"]),
    "s": (
        "a signing key's id, a dot and 22 characters of base64url",
        ["", "abc", "k.", "K1." + "A" * 22, "k1." + "=" * 22],
    ),
}


def error_of(query: str) -> BadRequest:
    with pytest.raises(BadRequest) as rejected:
        parse("/a.jpg?" + query)
    return rejected.value


def test_the_table_above_has_every_parameter() -> None:
    assert set(VALUES) == {field.short for field in FIELDS} | {"p", "f", "v", "e", "s"}


@pytest.mark.parametrize("name", VALUES)
def test_the_message_names_the_parameter_as_spelled_its_value_and_what_is_allowed(name: str) -> None:
    allowed, invalid = VALUES[name]
    for spelled in filter(None, (name, LONG_NAMES.get(name))):
        for value in invalid:
            answer = error_of(f"{spelled}={value}")
            shown = unquote(value, errors="replace")
            shown = shown if len(shown) <= 40 else shown[:40] + "…"
            assert answer.code == "parameter_invalid"
            assert answer.message == f"{spelled}={shown} is not valid. {spelled} must be {allowed}."


def test_a_parameter_without_a_value_is_empty() -> None:
    assert error_of("w").message == error_of("w=").message


def test_the_message_shows_forty_characters_of_a_long_value() -> None:
    assert error_of("fit=" + "x" * 2000).message.startswith(f"fit={'x' * 40}… is not valid")


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("w=3&w=3", "parameter_repeated", "w=3 and w=3 set the same parameter twice"),
        ("w=1&width=2", "parameter_repeated", "w=1 and width=2 set the same parameter twice"),
        ("%77=1&w=1", "parameter_repeated", "w=1 and w=1 set"),
        ("s=a&signature=b", "parameter_repeated", "s=a and signature=b set"),
        ("p=card&preset=card", "parameter_repeated", "p=card and preset=card set"),
        (
            "wdith=300",
            "parameter_unknown",
            "wdith is not a parameter. The parameters are w h fit g face pad q up bg rotate flip",
        ),
        ("version=0123abcd", "parameter_unknown", "version is not a parameter"),
        ("W=300", "parameter_unknown", "W is not a parameter"),
        ("w =300", "parameter_unknown", "w  is not a parameter"),
        ("w%00=300", "parameter_unknown", "w\0 is not a parameter"),
        ("w%3D300", "parameter_unknown", "w=300 is not a parameter"),
        ("%2577=300", "parameter_unknown", "%77 is not a parameter"),
        ("?w=300", "parameter_unknown", "?w is not a parameter"),
        ("amp;w=300", "parameter_unknown", "amp;w is not a parameter"),
        ("w[]=300", "parameter_unknown", "w[] is not a parameter"),
        ("w=300&=3", "parameter_unknown", " is not a parameter"),
        ("utm=3", "parameter_unknown", "utm is not a parameter"),
        ("\ud800=3", "parameter_unknown", "? is not a parameter"),
        ("%ff=3", "parameter_unknown", "\ufffd is not a parameter"),
        ("p=card&w=300", "parameter_invalid", "w=300 cannot be combined with p. Only f, v, e and s can"),
        ("w=0&preset=card", "parameter_invalid", "w=0 cannot be combined with preset. Only"),
        ("p=card&quality=75", "parameter_invalid", "quality=75 cannot be combined with p"),
        ("x" * 2049, "query_too_long", "The query has 2049 characters; at most 2048 are allowed."),
    ],
)
def test_the_message_names_what_is_wrong_with_the_query(query: str, code: str, message: str) -> None:
    answer = error_of(query)
    assert (answer.code, answer.message[: len(message)]) == (code, message)


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("w=0300", "w300"),
        ("w=%33%30%30", "w300"),
        ("%77=300", "w300"),
        ("w=300&h=0&up=0&flip=0&blur=0&trim=0&bg=FFFFFFff&q=75&rotate=-360", "w300"),
        ("w=300&h=300&fit=cover&g=focal", "w300_h300_fcover"),
        ("w=300&h=300&g=0.5,0.5", "w300_h300_fcover_gcenter"),
        ("w=300&h=300&g=1,.5", "w300_h300_fcover_geast"),
        ("w=300&h=300&g=00.3104,0.42", "w300_h300_fcover_g310-420"),
        ("w=300&h=300&g=0.31%2C0.42", "w300_h300_fcover_g310-420"),
        ("w=300&h=300&g=0,0&trim=9", "w300_h300_fcover_g0-0_trim9"),
        ("w=300&fit=contain&g=north&bg=00ff00", "w300_bg00ff00"),
        ("rotate=-90", "rot270"),
        ("w=9999999999", "w9999999999"),
    ],
)
def test_every_spelling_of_a_recipe_has_the_same_slug(query: str, slug: str) -> None:
    assert parse("/a.jpg?" + query).recipe.slug == slug


@pytest.mark.parametrize("tracker", ["utm_source=x", "utm_=", "fbclid=%00", "gclid", "_=1", "utm_x=\ud800", "%5F=%ff"])
def test_trackers_are_dropped(tracker: str) -> None:
    assert parse(f"/a.jpg?{tracker}&w=300&{tracker}") == parse("/a.jpg?w=300")
    assert parse(f"/a.jpg?p=card&{tracker}") == parse("/a.jpg?p=card")


@pytest.mark.parametrize(
    "query",
    [
        "w=300&amp;h=150",
        "w=300&amp;amp;h=150&amp;",
        "w=300&amp;&amp;h=150",
        "&amp;w=300&h=150",
        f"w=300&{'amp;' * 508}h=150",
    ],
)
def test_an_ampersand_that_was_escaped_twice_separates_parameters(query: str) -> None:
    assert parse(f"/a.jpg?{query}") == parse("/a.jpg?w=300&h=150")


def test_a_recipe_is_made_once_whatever_version_or_signature_it_has() -> None:
    """So nobody can fill the cache with one recipe."""
    _make_recipe.cache_clear()
    for number in range(10):
        parse(f"/a.jpg?w=300&v={number:08x}&f=webp&e={number + 1}")
    assert _make_recipe.cache_info().currsize == 1


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/../a.jpg", "key_invalid"),
        ("/%2e%2e/a.jpg", "key_invalid"),
        ("/%2E%2E%2Fa.jpg", "key_invalid"),
        ("/b/%2e/a.jpg", "key_invalid"),
        ("//a.jpg", "key_invalid"),
        ("/a%2f%2fb.jpg", "key_invalid"),
        ("/b%2F", "key_invalid"),
        ("/a%00.jpg", "key_invalid"),
        ("/a.jpg%00", "key_invalid"),
        ("/a.jpg%0A", "key_invalid"),
        ("/a%C2%85.jpg", "key_invalid"),
        ("/a%5Cb.jpg", "key_invalid"),
        ("/a\\b.jpg", "key_invalid"),
        ("/%7Ea.jpg", "key_invalid"),
        ("/a%2A.jpg", "key_invalid"),
        ("/", "key_invalid"),
        ("/favicon.ico", "key_invalid"),
        ("/a.jpg;w=3", "key_invalid"),
        ("/a.jpg/any.11111111/full.avif", "key_invalid"),
        ("/a.g%C4%B1f", "key_invalid"),
        ("/" + "%CC%81" * 1300 + "a.jpg", "key_invalid"),
        ("a.jpg", "path_invalid"),
        ("", "path_invalid"),
        ("/a%2.jpg", "path_invalid"),
        ("/%C0%AE%C0%AE/a.jpg", "path_invalid"),
        ("/%E0%80%AFa.jpg", "path_invalid"),
        ("/%ED%A0%80.jpg", "path_invalid"),
        ("/\ud800.jpg", "path_invalid"),
        ("/" + "a" * 8193, "path_invalid"),
    ],
)
def test_hostile_paths_are_rejected(path: str, code: str) -> None:
    with pytest.raises(BadRequest) as rejected:
        parse_url(path, "", POLICY)
    assert rejected.value.code == code


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/%252e%252e%252Fa.jpg", "%2e%2e%2Fa.jpg"),
        ("/a%2500.jpg", "a%00.jpg"),
        ("/a%2541.jpg", "a%41.jpg"),
        ("/a+b.jpg", "a+b.jpg"),
        ("/b%2Fa.jpg", "b/a.jpg"),
        ("/A.JPG", "A.JPG"),
        ("/cafe%CC%81.jpg", "café.jpg"),
        ("/..a..jpg", "..a..jpg"),
    ],
)
def test_a_path_is_decoded_exactly_once(path: str, key: str) -> None:
    assert parse_url(path, "", POLICY).key == key


def test_a_query_of_the_longest_length_is_read() -> None:
    assert parse_url("/a.jpg", "w=300&utm_source=".ljust(MAX_QUERY, "x"), POLICY).key == "a.jpg"
    with pytest.raises(BadRequest, match=f"has {MAX_QUERY + 1} characters"):
        parse_url("/a.jpg", "w=300&utm_source=".ljust(MAX_QUERY + 1, "x"), POLICY)
