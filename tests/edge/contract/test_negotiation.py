"""Which class of formats a browser gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.negotiation import negotiate


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "avif"),  # Chrome
        ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "avif"),  # Firefox
        ("image/webp,image/avif,image/jxl,image/heic,image/png,image/*;q=0.8,*/*;q=0.5", "avif"),  # Safari
        ("image/webp,*/*", "webp"),
        ("image/avif,*/*", "basic"),  # an animation may be WebP
        ("*/*", "basic"),
        ("image/*", "basic"),
        ("", "basic"),
        ("IMAGE/AVIF , Image/WebP", "avif"),
        ("image/avif;q=0,image/webp", "webp"),
        ("image/avif,image/webp;q=0", "basic"),
        ("image/avif;q=0.5,image/webp;q=0.9", "webp"),
        ("image/avif;q=0.5,image/webp;q=0.4,image/jpeg;q=0.9", "basic"),
        ("image/webp;q=0.5,image/jpeg;q=0.5", "webp"),
        ("image/avif;q=high,image/webp", "webp"),
        ("image/avif;q=1.5,image/webp", "webp"),
        ("image/avif;level=1;q=1.0,image/webp;q=1", "avif"),
        ("image/avifx,image/webpx", "basic"),
        ("text/html,image/webp", "webp"),
        ("image/webp,image/avif;q=1.0", "avif"),  # a weight is 1 by default
    ],
)
def test_a_browser_gets_the_best_class_that_it_accepts(accept: str, expected: str) -> None:
    assert negotiate(accept) == expected


@pytest.mark.parametrize(("length", "expected"), [(1024, "webp"), (1025, "basic")])
def test_only_the_first_1024_characters_count(length: int, expected: str) -> None:
    assert negotiate(",image/webp".rjust(length)) == expected


@given(st.text(max_size=200))
def test_any_header_is_answered(accept: str) -> None:
    assert negotiate(accept) in ("avif", "webp", "basic")


@given(st.text(max_size=50), st.sampled_from(["avif", "webp", "jpeg", "png", "gif"]))
def test_a_format_requested_by_name_is_used(accept: str, requested: str) -> None:
    assert negotiate(accept, requested) == requested
