"""What a file is, by its first bytes."""

from __future__ import annotations

import pytest

from edge.contract import formats
from edge.image.decode import detection
from edge.image.decode.registry import SIGNATURE_BYTES
from tests.edge.image.decode.support import refusal
from tests.edge.image.decode.test_opening import STILLS


@pytest.mark.parametrize("name", STILLS)
def test_a_file_is_known_by_its_content(name: str) -> None:
    assert detection.detect(STILLS[name]).format.name == name.split()[0]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"%PDF-1.7\n", "This is a PDF."),
        (b"<!doctype html><title>x</title>", "This is a web page."),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "This is a HEIC photo."),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "This is a video."),
        (b"PK\x03\x04", "This is a ZIP archive or an Office document."),
        (b"\x1f\x8b\x08", "This is a compressed file."),
        (b"hello", "This is not a supported image."),
        (b"\0" * 5000, "This is not a supported image."),
    ],
)
def test_a_file_of_another_kind_is_named(body: bytes, says: str) -> None:
    error = refusal(body)
    assert error.code == "source_unsupported"
    assert error.message == f"{says} Export it as {formats.labels('or')}."


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"").as_dict() == {
        "status": 415,
        "code": "source_damaged",
        "message": "The file is empty. Export or download it again.",
    }


@pytest.mark.parametrize(
    ("start", "heic"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", True),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", True),
        (b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1", False),
        (STILLS["avif"], False),
        (STILLS["jpeg"], False),
    ],
)
def test_a_heic_photo_is_told_from_an_avif_in_the_same_container(start: bytes, heic: bool) -> None:
    assert detection.is_heic(start[:SIGNATURE_BYTES]) is heic
