"""Thumbor-style paths beyond the vectors: what is a part, and what belongs to the key."""

from __future__ import annotations

import pytest

from edge.sih.errors import SihError
from edge.sih.thumbor_path import EXTENSIONS, parse_thumbor_path


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/photos/beach.jpg", "photos/beach.jpg"),
        ("photos/beach.jpg", "photos/beach.jpg"),
        ("/photos/300x200/beach.jpg", "photos/beach.jpg"),
        ("/photos/beach-300x200.jpg", "photos/beach-300x200.jpg"),
        ("/300x200x100/beach.jpg", "300x200x100/beach.jpg"),
        ("/unsafe/300x200/beach.jpg", "unsafe/beach.jpg"),
        ("/s3:logos/s3:photos/a.jpg", "s3:photos/a.jpg"),
        ("/a/../beach.jpg", "a/../beach.jpg"),
        ("/\u0663x\u0664/beach.jpg", "\u0663x\u0664/beach.jpg"),
    ],
)
def test_the_key_is_what_is_left(path: str, key: str) -> None:
    assert parse_thumbor_path(path, ("photos", "logos"), strict=True).key == key


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_an_image_has_one_of_these_endings(extension: str) -> None:
    assert parse_thumbor_path(f"/a.{extension}", (), strict=True).key == f"a.{extension}"


@pytest.mark.parametrize("path", ["/a.heic", "/a.html", "/a.jpg.exe", "/", "/300x200/"])
def test_any_other_is_refused(path: str) -> None:
    with pytest.raises(SihError) as raised:
        parse_thumbor_path(path, (), strict=False)
    assert raised.value.code == "RequestTypeError"
