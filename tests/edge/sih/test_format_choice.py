"""Which format an image is answered in."""

from __future__ import annotations

import pytest

from edge.sih.format_choice import choose_class, is_opaque, original_format
from edge.sih.requested_image import RequestedImage
from edge.sih.translation import translate

CHROME = "image/avif,image/webp,image/apng,*/*;q=0.8"


@pytest.mark.parametrize(
    ("edits", "output", "auto", "accept", "original", "chosen"),
    [
        ({}, None, (), CHROME, "jpeg", "jpeg"),
        ({}, None, (), CHROME, "png", "png"),
        ({}, None, (), CHROME, "tiff", "basic"),
        ({}, None, (), CHROME, "", "basic"),
        ({}, None, ("webp",), CHROME, "png", "webp"),
        ({}, None, ("webp",), "image/png", "png", "png"),
        ({}, None, ("avif", "webp"), CHROME, "png", "avif"),
        ({}, None, ("avif", "webp"), "image/webp", "png", "webp"),
        ({}, "png", ("webp",), CHROME, "jpeg", "webp"),
        ({}, "png", (), CHROME, "jpeg", "png"),
        ({"toFormat": "jpg"}, "png", ("webp",), CHROME, "gif", "jpeg"),
        ({"png": {"quality": 5}}, None, (), "", "jpeg", "png"),
        ({"png": {"quality": 5}}, None, ("webp",), CHROME, "jpeg", "webp"),
    ],
)
def test_edits_precede_the_browser_and_that_the_url_and_that_the_original(
    edits: dict[str, object], output: str | None, auto: tuple[str, ...], accept: str, original: str, chosen: str
) -> None:
    translation = translate(RequestedImage("a.jpg", edits, output_format=output), upright=True, strict=True)
    assert choose_class(translation, auto, accept, original) == chosen


@pytest.mark.parametrize(
    ("key", "content_type", "name"),
    [
        ("a.jpg", "image/png", "png"),
        ("a.JPG", "binary/octet-stream", "jpeg"),
        ("folder.png/a", "application/octet-stream", ""),
        ("a.svg", "image/svg+xml", ""),
    ],
)
def test_an_originals_format_is_that_of_its_content_type_or_its_name(key: str, content_type: str, name: str) -> None:
    assert original_format(key, content_type) == name


def test_only_jpeg_is_always_opaque() -> None:
    assert [name for name in ("jpeg", "png", "webp", "avif", "gif", "tiff", "") if is_opaque(name)] == ["jpeg"]
