"""What hostile visitors send: made-up or mangled URLs, headers and whole events."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

#: Texts that have broken parsers, here or elsewhere.
FRAGMENTS = (
    "%", "%%", "%00", "%0A", "%0D%0AX-Evil:1", "%2e%2e%2f", "%252e%252e%252f", "..%c0%af", "../", "..\\", "//", "/./",
    "%ff", "%ED%A0%80", "\ud800", "é", "e%CC%81" * 40, "+", "%2B", ";", "&", "&&", "=", "?", "#", "~", "*", "\\", "'",
    '"', "<svg>", "${7*7}", "{{7*7}}", "w=300", "&w=300", "&width=300", "&w=", "&w=+3", "&w=0300", "&w=٣", "&w=1e9",
    "&w=99999999999999999999", "&h=-1", "&q=50", "&fit=cover", "&g=0.5,0.5", "&g=nan,nan", "&p=card", "&p=card.0",
    "&f=webp", "&f=svg", "&v=0123abcd", "&e=99999999999", "&s=k1.AAAAAAAAAAAAAAAAAAAAAA", "&utm_x=1", "&_=1",
    "&__proto__=1", "originals/", "variants/", "config/edge.json", "any.00000000", ".jpg", ".jpg/", "a" * 300,
    "/a" * 300, "9" * 4000, "%20" * 3000,
)  # fmt: skip
#: Values of the wrong type for an event.
JUNK: Sequence[Any] = (None, True, -1, 403, "", "x", "\ud800", "0x10", [], [None], {}, {"value": 1}, {"key": "A"}, b"")
fragments = st.one_of(st.sampled_from(FRAGMENTS), st.text(st.characters(), max_size=8))
accepts = st.one_of(
    st.sampled_from(["image/avif,image/webp,*/*", "image/webp", "", ";q=", "image/webp;q=" + "9" * 5000, "," * 9000]),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=["Cc"]), max_size=60),
)
_tokens = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=20)
_values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60)


@st.composite
def mangled(draw: st.DrawFn, texts: Sequence[str]) -> str:
    """One of ``texts``, with some parts cut out, inserted or repeated."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(0, 3))):
        start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        middle = draw(st.one_of(fragments, st.just(text[start:end] * 2)))
        text = text[:start] + middle + text[draw(st.sampled_from([start, end])) :]
    return text


@st.composite
def headers(draw: st.DrawFn) -> dict[str, list[dict[str, str]]]:
    """Headers that HTTP allows, with or without Accept."""
    found = draw(st.dictionaries(_tokens, st.lists(_values, min_size=1, max_size=3), max_size=6))
    if draw(st.booleans()):
        found["accept"] = [draw(accepts)]
    return {name: [{"key": name.title(), "value": value} for value in values] for name, values in found.items()}


@st.composite
def broken(draw: st.DrawFn, event: Any) -> Any:
    """``event``, changed in place: one value, at any depth, is missing or of the wrong type."""
    *parents, last = draw(st.sampled_from(_paths(event)))
    place = event
    for step in parents:
        place = place[step]
    if draw(st.booleans()):
        del place[last]
    else:
        place[last] = draw(st.sampled_from(JUNK))
    return event


def _paths(value: Any, parents: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for step, part in steps for path in [(*parents, step), *_paths(part, (*parents, step))]]
