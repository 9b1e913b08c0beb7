"""What an uploaded file really is, and the message for one that is not accepted."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import SimpleUploadedFile

from assets.examination import ConvertedPhoto, convert_if_heic, examine
from assets.uploads import RefusedUpload
from edge.contract import formats
from tests.assets.heic_files import HOSTILE, opened, photo
from tests.assets.images import image_file
from tests.edge.image.decode.test_memory import bmp


def test_an_image_is_decoded_and_described() -> None:
    body = image_file("PNG", (30, 20))
    found = examine(SimpleUploadedFile("any.bin", body, "text/html"), "photo.png")
    assert (found.format, found.width, found.height, found.content_type) == ("png", 30, 20, "image/png")
    assert (found.frames, found.length, found.sha256) == (1, len(body), hashlib.sha256(body).hexdigest())
    assert 24 <= len(found.placeholder) <= 36
    assert found.read() == body


@pytest.mark.parametrize("format_", formats.SOURCES, ids=lambda each: each.name)
def test_a_key_may_have_every_extension_of_its_format(format_: formats.FileFormat) -> None:
    body = image_file(format_.name.upper())
    for extension in format_.extensions:
        assert examine(ContentFile(body), f"photo.{extension.upper()}").format == format_.name


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("photos/a.png", "photos/a.png is really a JPEG file. Rename it to photos/a.jpg."),
        ("photo", "photo is really a JPEG file. Rename it to photo.jpg."),
    ],
)
def test_a_wrong_extension_is_refused_with_the_right_one(key: str, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        examine(ContentFile(image_file()), key)
    assert caught.value.messages == [message]


@pytest.mark.parametrize(
    ("body", "code", "advice"),
    [
        (b"%PDF-1.7\n" + bytes(99), "source_unsupported", "Export it as JPEG, PNG, WebP, AVIF, GIF, TIFF or BMP."),
        (image_file()[:-200], "source_damaged", "Export or download it again."),
        (bmp(12_000, 1)[:2000], "source_too_large", "Make the image smaller."),
    ],
    ids=["unsupported", "damaged", "too large"],
)
def test_a_refusal_says_what_to_do(body: bytes, code: str, advice: str) -> None:
    with pytest.raises(ValidationError) as caught:
        examine(ContentFile(body), "photo.jpg")
    assert caught.value.code == code
    assert caught.value.message.endswith(advice)


def test_an_upload_that_was_not_kept_is_refused_with_its_reason() -> None:
    reason = ValidationError("photo.jpg is larger than 50 MB.")
    upload = RefusedUpload("photo.jpg", 99, reason)
    assert convert_if_heic(upload, "photo.jpg") is upload
    with pytest.raises(ValidationError, match="larger than 50 MB"):
        examine(upload, "photo.jpg")


def test_only_a_heic_photo_is_converted() -> None:
    file = ContentFile(image_file(), name="IMG_1.HEIC")
    assert convert_if_heic(file, "IMG_1.HEIC") is file


@pytest.mark.parametrize(("key", "name", "kind"), [("a.jpg", "IMG_1.jpg", "JPEG"), ("a.png", "IMG_1.png", "PNG")])
def test_a_heic_photo_becomes_what_the_key_asks_for(key: str, name: str, kind: str) -> None:
    converted = convert_if_heic(ContentFile(photo("plain"), name="IMG_1.HEIC"), key)
    assert isinstance(converted, ConvertedPhoto)
    assert (converted.name, converted.heic_name) == (name, "IMG_1.HEIC")
    assert opened(converted.read()).format == kind
    assert convert_if_heic(converted, key) is converted


def test_a_converted_photo_changes_only_the_extension_of_a_heic_photo() -> None:
    converted = ConvertedPhoto(image_file(), "IMG_1.HEIC")
    assert converted.rename("photos/IMG_1.HEIF") == "photos/IMG_1.jpg"
    assert converted.rename("photos/beach.jpeg") == "photos/beach.jpeg"


def test_the_file_is_read_from_its_start() -> None:
    file = ContentFile(image_file())
    file.seek(10)
    assert examine(file, "photo.jpg").read() == image_file()


def test_a_file_that_changes_after_its_examination_is_not_stored(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(image_file())
    with File(path.open("rb")) as file:
        found = examine(file, "photo.jpg")
        path.write_bytes(image_file(colour="red"))
        with pytest.raises(ValidationError, match=r"The file changed while it was being saved\. Save it again\."):
            found.read()


def test_the_message_of_a_server_without_python_says_that_nothing_was_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python3")
    for body, name in ((image_file(), "photo.jpg"), (photo("plain"), "IMG_1.HEIC")):
        with pytest.raises(ValidationError) as caught:
            examine(convert_if_heic(ContentFile(body, name=name), name), name)
        assert caught.value.messages == [
            f"The server could not examine {name}: No such file or directory. Nothing was saved. Try again in a minute."
        ]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_photo_that_cannot_be_decoded_is_refused(name: str) -> None:
    body, code, message = HOSTILE[name]
    with pytest.raises(ValidationError, match=message) as caught:
        convert_if_heic(ContentFile(body), "IMG_1.HEIC")
    assert caught.value.code == code


def test_without_pillow_heif_a_photo_is_refused_as_unsupported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pillow_heif.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValidationError, match="cannot be decoded on this server") as caught:
        convert_if_heic(ContentFile(photo("plain")), "IMG_1.HEIC")
    assert caught.value.code == "source_unsupported"


def test_a_damaged_byte_of_a_photo_gives_an_image_or_a_message() -> None:
    for position in (150, 333, 501):
        body = bytearray(photo("grid"))
        body[position] ^= 0xFF
        try:
            assert opened(convert_if_heic(ContentFile(bytes(body)), "IMG_1.HEIC").read()).format in ("JPEG", "PNG")
        except ValidationError as error:
            assert error.message.endswith(".")
