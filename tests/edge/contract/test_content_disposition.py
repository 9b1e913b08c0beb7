"""The name under which a visitor saves an image."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract import formats
from edge.contract.content_disposition import content_disposition
from edge.contract.errors import BadRequest
from edge.contract.keys import parse_key
from edge.storage.objects.rules import is_header_value


@pytest.mark.parametrize(
    ("key", "content_type", "header"),
    [
        ("photo.jpg", "image/avif", 'inline; filename="photo.avif"'),
        ("photos/2026/beach.png", "image/jpeg", 'inline; filename="beach.jpg"'),
        ("a.tar.gif", "image/webp", 'inline; filename="a.tar.webp"'),
        ("big beach, 1.JPG", "image/png", 'inline; filename="big beach, 1.png"'),
        (".jpg", "image/gif", 'inline; filename="image.gif"'),
        ("caf\u00e9.jpg", "image/avif", "inline; filename=\"cafe.avif\"; filename*=UTF-8''caf%C3%A9.avif"),
        ("\u6d77.jpg", "image/webp", "inline; filename=\"_.webp\"; filename*=UTF-8''%E6%B5%B7.webp"),
        ('a"b.jpg', "image/webp", "inline; filename=\"a_b.webp\"; filename*=UTF-8''a%22b.webp"),
        ("100%.jpg", "image/webp", "inline; filename=\"100_.webp\"; filename*=UTF-8''100%25.webp"),
        ("fallback.", "image/png", 'inline; filename="fallback.png"'),
        ("a.jpg", "text/plain", 'inline; filename="a.jpg"'),
    ],
)
def test_the_name_is_the_keys_with_the_ending_of_what_was_sent(key: str, content_type: str, header: str) -> None:
    assert content_disposition(key, content_type) == header


@given(stem=st.text(max_size=40), each=st.sampled_from(formats.SOURCES))
def test_every_key_has_a_header_that_gives_its_name(stem: str, each: formats.FileFormat) -> None:
    try:
        key = parse_key(f"folder/{stem}.jpg")
    except BadRequest:
        return
    header = content_disposition(key, each.content_type)
    assert is_header_value(header)
    plain, _, exact = header.removeprefix('inline; filename="').partition("; filename*=UTF-8''")
    expected = key.rpartition("/")[2].removesuffix(".jpg") or "image"
    assert (unquote(exact) if exact else plain[:-1]) == f"{expected}.{each.extensions[0]}"
    assert plain.endswith(f'.{each.extensions[0]}"')
    assert '"' not in plain[:-1]
