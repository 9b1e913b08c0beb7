"""Conversion in another process: whatever the file is, this process gets an image or a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.heic import convert_heic
from edge.contract.errors import SourceRefused
from tests.assets.heic_files import HOSTILE, opened, photo


@pytest.mark.parametrize("name", HOSTILE)
def test_a_photo_that_cannot_be_decoded_is_refused(name: str) -> None:
    body, code, message = HOSTILE[name]
    with pytest.raises(SourceRefused, match=message) as caught:
        convert_heic(body)
    assert caught.value.code == code


def test_without_pillow_heif_a_photo_is_refused_as_unsupported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pillow_heif.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SourceRefused, match="cannot be decoded on this server") as caught:
        convert_heic(photo("plain"))
    assert caught.value.code == "source_unsupported"


def test_a_damaged_byte_gives_an_image_or_a_message() -> None:
    for position in (150, 333, 501):
        body = bytearray(photo("grid"))
        body[position] ^= 0xFF
        try:
            assert opened(convert_heic(bytes(body))).format in ("JPEG", "PNG")
        except SourceRefused as error:
            assert error.message.endswith(".")
