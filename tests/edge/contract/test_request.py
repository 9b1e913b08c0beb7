"""The public URL: its grammar, who may ask for what, and its one spelling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.errors import BadRequest, EdgeError, Forbidden
from edge.contract.recipe import FIELDS, PresetRef, Recipe, make_recipe
from edge.contract.request import ImageRequest, NoSigningKey
from edge.contract.signing import KeyRing, SigningKey
from edge.contract.url import parse_url
from tests.edge.contract.strategies import POLICY, requests

KEY = SigningKey("k1", b"secret", 0)
RING = KeyRing(KEY)
NOW = 1_000_000.0
LONGS = {"w": "width", "h": "height", "g": "gravity", "p": "preset", "f": "format", "q": "quality"} | {
    "e": "expires",
    "s": "signature",
}


def parse(url: str) -> ImageRequest:
    path, _, query = url.partition("?")
    return parse_url(path, query, POLICY)


def allowed(url: str) -> Recipe | PresetRef:
    return parse(url).authorise(POLICY, RING.find, NOW)


@given(requests())
def test_a_url_reads_back_as_what_it_spells(asked: ImageRequest) -> None:
    assert parse(asked.spell()) == asked


@given(requests(), st.data())
def test_every_order_alias_and_escape_is_the_same_request(asked: ImageRequest, data: st.DataObject) -> None:
    path, _, query = asked.spell().partition("?")
    pairs = data.draw(st.permutations([pair.split("=") for pair in query.split("&") if pair]))
    aliased = [(data.draw(st.sampled_from([name, LONGS.get(name, name)])), value) for name, value in pairs]
    escape = data.draw(st.sampled_from(_ESCAPES))
    spelled = "&".join(f"{escape(name)}={escape(value)}" for name, value in aliased)
    assert parse(f"/{escape(unquote(path[1:]))}?{spelled}") == asked


_ESCAPES: list[Callable[[str], str]] = [
    lambda text: quote(text, safe=""),
    lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
]


@given(requests())
def test_a_signed_url_is_served_exactly_as_asked(asked: ImageRequest) -> None:
    asked = replace(asked, expires=None)
    signed = parse(asked.signed(POLICY, RING, NOW).spell())
    assert signed.authorise(POLICY, RING.find, NOW) == asked.recipe
    assert (signed.signature is None) == POLICY.on_ladder(asked.recipe)


@given(st.text(max_size=30), st.text(max_size=60))
def test_any_url_is_a_request_or_one_of_our_errors(path: str, query: str) -> None:
    try:
        parse_url("/" + path, query, POLICY).authorise(POLICY, RING.find, NOW)
    except EdgeError as error:
        assert error.status in (400, 403)
        assert len(error.message) < 600


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("/images/photo.png?w=150&h=150", "w150_h150_fcover"),
        ("/image.png?w=300", "w300"),
        ("/photo.jpg", "full"),
        ("/photo.jpg?w=0", "full"),
        ("/photo.jpg?w=99999", "w2560"),
        ("/photo.jpg?w=301", "w400"),
        ("/photo.jpg?w=301&h=299", "w400_h400_fcover"),
        ("/photo.jpg?w=800&h=450&fit=inside", "w800_h450_finside"),
        ("/photo.jpg?p=card.3", "p.card.3"),
        ("/photo.jpg?preset=card&format=webp&v=0123abcd", "p.card"),
        ("/photo.jpg?w=300&utm_source=x&fbclid=1&gclid=2&_=3", "w300"),
        ("/photo.jpg?w=%33%30%30", "w300"),
        ("/photo.jpg?&w=300&&", "w300"),
    ],
)
def test_what_a_visitor_without_a_signature_gets(url: str, slug: str) -> None:
    assert allowed(url).slug == slug


SIDE = "a {} in pixels, in decimal digits; 0 leaves that side free"
#: What each parameter takes, in the words of an answer; and what it does not.
TAKES = {
    "w": (SIDE.format("width"), ["", "abc", "-1", "+3", "%2B3", "1e9", "3.0", "0x10", " 3", "3;h=4", "99999999999"]),
    "h": (SIDE.format("height"), ["٣", "%D9%A3", "３", "²", "3%00", "%00", "3%0A", "%2533", "1_000", "∞"]),
    "fit": ("one of cover contain fill inside outside", ["", "crop", "COVER", "cover%00", "cover,fill", "co%C0%A0ver"]),
    "g": (
        "one of focal center north northeast east southeast south southwest west northwest auto, "
        "or a point such as 0.31,0.42",
        ["", "up", "North", "0.31", "1.2,0", "0,-0.1", "0,+0", "0.3,0.4,0.5", ".,.", ",", "0.3;0.4", "nan,0", "1e0,0"],
    ),
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


def refusal(query: str) -> BadRequest:
    with pytest.raises(BadRequest) as refused:
        parse("/a.jpg?" + query)
    return refused.value


def test_the_table_knows_every_parameter() -> None:
    assert set(TAKES) == {field.short for field in FIELDS} | {"p", "f", "v", "e", "s"}


@pytest.mark.parametrize("name", TAKES)
def test_a_wrong_value_is_named_with_its_parameter_as_it_was_spelled_and_what_is_allowed(name: str) -> None:
    allowed, wrong = TAKES[name]
    for spelled in filter(None, (name, LONGS.get(name))):
        for value in wrong:
            answer = refusal(f"{spelled}={value}")
            shown = unquote(value, errors="replace")
            shown = shown if len(shown) <= 40 else shown[:40] + "…"
            assert answer.code == "parameter_invalid"
            assert answer.message == f"{spelled}={shown} is not valid. {spelled} must be {allowed}."


def test_a_name_alone_is_an_empty_value() -> None:
    assert refusal("w").message == refusal("w=").message


def test_of_a_long_value_forty_characters_are_shown() -> None:
    assert refusal("fit=" + "x" * 2000).message.startswith(f"fit={'x' * 40}… is not valid")


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
            "wdith is not a parameter. The parameters are w h fit g q up bg rotate flip flop blur",
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
def test_a_query_that_is_not_understood_is_named_with_what_is_allowed(query: str, code: str, message: str) -> None:
    answer = refusal(query)
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
def test_however_a_recipe_is_spelled_it_has_one_slug(query: str, slug: str) -> None:
    assert parse("/a.jpg?" + query).recipe.slug == slug


@pytest.mark.parametrize("tracker", ["utm_source=x", "utm_=", "fbclid=%00", "gclid", "_=1", "utm_x=\ud800", "%5F=%ff"])
def test_a_tracker_changes_nothing_however_often_it_comes(tracker: str) -> None:
    assert parse(f"/a.jpg?{tracker}&w=300&{tracker}") == parse("/a.jpg?w=300")
    assert parse(f"/a.jpg?p=card&{tracker}") == parse("/a.jpg?p=card")


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
def test_hostile_paths_are_refused(path: str, code: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_url(path, "", POLICY)
    assert refused.value.code == code


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


@pytest.mark.parametrize(
    "query", ["q=50", "w=300&q=50", "w=300&h=300&fit=fill", "w=300&h=300&g=north", "blur=3", "w=300&e=2000000"]
)
def test_what_is_not_on_the_ladder_needs_a_signature(query: str) -> None:
    with pytest.raises(Forbidden) as refused:
        allowed("/a.jpg?" + query)
    assert refused.value.code == "signature_missing"


def test_a_signature_is_good_for_nothing_else() -> None:
    signed = ImageRequest("a.jpg", make_recipe({"width": 333}), "webp").signed(POLICY, RING, NOW)
    other = make_recipe({"width": 334})
    for change in ({"key": "b.jpg"}, {"recipe": other}, {"format": "avif"}, {"expires": 2_000_000}):
        with pytest.raises(Forbidden, match="not valid for this image"):
            replace(signed, **change).authorise(POLICY, RING.find, NOW)
    assert replace(signed, version="0123abcd").authorise(POLICY, RING.find, NOW) == signed.recipe


def test_hard_limits_hold_for_signed_urls() -> None:
    with pytest.raises(BadRequest, match="at most 4096"):
        ImageRequest("a.jpg", make_recipe({"width": 5000})).signed(POLICY, RING, NOW)
    signature = ImageRequest("a.jpg", make_recipe({"width": 5000})).claim.sign(KEY)
    with pytest.raises(BadRequest, match="at most 4096"):
        allowed(f"/a.jpg?w=5000&s={signature}")


def test_a_signed_url_expires() -> None:
    signed = ImageRequest("a.jpg", make_recipe({"width": 333}), expires=int(NOW) + 1).signed(POLICY, RING, NOW)
    assert signed.authorise(POLICY, RING.find, NOW) == signed.recipe
    with pytest.raises(Forbidden) as refused:
        signed.authorise(POLICY, RING.find, NOW + 1)
    assert refused.value.code == "signature_expired"


def test_always_asks_for_a_signature_on_every_url() -> None:
    policy = replace(POLICY, signed="always")
    with pytest.raises(Forbidden, match="Every URL"):
        parse_url("/a.jpg", "w=300", policy).authorise(policy, RING.find, NOW)
    signed = ImageRequest("a.jpg", make_recipe({"width": 300})).signed(policy, RING, NOW)
    assert signed.authorise(policy, RING.find, NOW) == signed.recipe


def test_without_a_key_an_odd_size_cannot_be_spelled() -> None:
    with pytest.raises(NoSigningKey, match="50 100 150 200 300"):
        ImageRequest("a.jpg", make_recipe({"width": 333})).signed(POLICY, None, NOW)
