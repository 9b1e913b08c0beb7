"""HEIC photos become originals with the same pixels, or a message and nothing is stored."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from assets import heic_decoder
from assets.heic import convert_heic
from assets.models import Asset
from edge.contract.errors import SourceRefused
from edge.image.colour.srgb import to_srgb
from edge.storage.objects.store import Store
from tests.assets.admin.forms import ADD, change_url, errors, post
from tests.assets.images import image_file, make_asset
from tests.edge.image.pictures import corners, near, pixel, quarters

FILES = Path(__file__).with_name("files")
UPRIGHT = ["red", "green", "blue", "white"]


def photo(name: str) -> bytes:
    return (FILES / f"{name}.heic").read_bytes()


def opened(body: bytes) -> Image.Image:
    image = Image.open(BytesIO(body))
    image.load()
    return image


def converted(name: str) -> Image.Image:
    return opened(heic_decoder.convert(photo(name)))


@pytest.mark.parametrize("name", ["plain", "10bit", "several", "grid"])
def test_a_photo_becomes_a_jpeg_with_the_same_pixels(name: str) -> None:
    image = converted(name)
    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert image.size == ((128, 120) if name == "grid" else (64, 48))
    assert corners(image) == UPRIGHT


def test_a_grayscale_photo_stays_grayscale() -> None:
    assert converted("grey").mode == "L"


def test_the_jpeg_has_full_chroma_resolution() -> None:
    """4:4:4, and at a quality that the eye cannot tell from the photo."""
    image = converted("plain")
    assert image.layers == 3  # type: ignore[attr-defined]
    assert {layer[1:3] for layer in image.layer} == {(1, 1)}  # type: ignore[attr-defined]


def turned(rotated: int, mirrored: int) -> bytes:
    """The photo whose boxes turn it, turned in another way."""
    body = bytearray(photo("turned"))
    body[body.index(b"irot") + 4] = rotated
    body[body.index(b"imir") + 4] = mirrored
    return bytes(body)


@pytest.mark.parametrize("rotated", range(4))
@pytest.mark.parametrize("mirrored", range(2))
def test_irot_and_imir_are_applied_once(rotated: int, mirrored: int) -> None:
    shown = quarters((64, 48))
    coded = shown.transpose(Image.Transpose.FLIP_TOP_BOTTOM).rotate(90, expand=True)
    mirror = (Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.FLIP_LEFT_RIGHT)[mirrored]
    wanted = coded.rotate(90 * rotated, expand=True).transpose(mirror)
    image = opened(heic_decoder.convert(turned(rotated, mirrored)))
    assert image.size == wanted.size
    assert corners(image) == corners(wanted)
    assert 274 not in image.getexif()


def test_only_the_copyright_notice_of_the_exif_is_kept() -> None:
    image = converted("exif")
    assert {tag: value.encode("latin-1").decode() for tag, value in image.getexif().items()} == {33432: "© Ann"}
    assert b"Phone" not in heic_decoder.convert(photo("exif"))


@pytest.mark.parametrize("name", ["p3", "nclx-p3"])
def test_a_wide_gamut_photo_keeps_its_profile(name: str) -> None:
    """The red of P3 is not that of sRGB: shown without the profile it would be duller."""
    image = converted(name)
    profile = image.info["icc_profile"]
    assert near(pixel(image, 0.75, 0.25), (20, 200, 20), 8)
    assert pixel(to_srgb(image, profile), 0.75, 0.25)[0] == 0


def test_a_transparent_photo_becomes_a_png() -> None:
    image = converted("alpha")
    assert (image.format, image.mode) == ("PNG", "RGBA")
    assert [pixel(image, x, 0.25, "RGBA")[3] for x in (0.25, 0.75)] == [0, 255]


HOSTILE = {
    "cut short": (photo("plain")[:-200], "source_damaged", "is damaged or incomplete"),
    "its head alone": (photo("plain")[:40], "source_damaged", "is damaged or incomplete"),
    "no codec": (photo("plain").replace(b"hvc1", b"xxx1"), "source_damaged", "is damaged or incomplete"),
    "a grid without end": (photo("grid-lies"), "source_too_large", "65535 × 65535 pixels"),
}


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


@pytest.mark.django_db
class TestUpload:
    def test_a_photo_is_stored_as_a_jpeg_and_the_editor_is_told(self, admin_client: Client, store: Store) -> None:
        response = post(admin_client, ADD, photo("plain"), "IMG_1234.HEIC", key="photos/", alt_text="Four fields")
        asset = Asset.objects.get()
        assert (asset.key, asset.format, asset.width, asset.height) == ("photos/IMG_1234.jpg", "jpeg", 64, 48)
        assert list(store.list("originals/")) == ["originals/photos/IMG_1234.jpg"]
        stored = store.get("originals/photos/IMG_1234.jpg")
        assert stored.head.content_type == "image/jpeg"
        assert corners(opened(stored.body)) == UPRIGHT
        told = [str(message) for message in response.context["messages"]]
        assert any(
            "IMG_1234.HEIC was converted to JPEG without visible loss and saved as photos/IMG_1234.jpg." in text
            for text in told
        )
        assert any("The HEIC file itself is not kept." in text for text in told)

    def test_a_key_with_a_heic_extension_gets_that_of_the_stored_format(self, admin_client: Client) -> None:
        post(admin_client, ADD, photo("alpha"), "IMG_1.heic", key="photos/logo.heif")
        assert Asset.objects.get().key == "photos/logo.png"

    def test_a_key_that_ends_in_png_gives_a_png(self, admin_client: Client, store: Store) -> None:
        post(admin_client, ADD, photo("plain"), "IMG_1.heic", key="photos/sharp.png")
        assert Asset.objects.get().format == "png"

    def test_a_photo_can_replace_a_jpeg(self, admin_client: Client, store: Store) -> None:
        asset = make_asset("photos/beach.jpg")
        post(admin_client, change_url(asset), photo("plain"), "IMG_1.HEIC")
        asset.refresh_from_db()
        assert (asset.key, asset.width) == ("photos/beach.jpg", 64)
        assert corners(opened(store.get("originals/photos/beach.jpg").body)) == UPRIGHT

    def test_the_new_key_must_be_free(self, admin_client: Client) -> None:
        make_asset("IMG_1.jpg")
        response = post(admin_client, ADD, photo("plain"), "IMG_1.HEIC")
        assert "An image with this key already exists" in errors(response)["key"][0]

    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_refused_photo_stores_nothing(self, admin_client: Client, store: Store, name: str) -> None:
        body, _, message = HOSTILE[name]
        response = post(admin_client, ADD, body, "IMG_1.HEIC", title="Kept")
        assert message in errors(response)["original"][0]
        assert response.context["adminform"].form["title"].value() == "Kept"
        assert not Asset.objects.exists()
        assert not list(store.list(""))

    def test_a_jpeg_with_a_heic_name_is_refused(self, admin_client: Client) -> None:
        response = post(admin_client, ADD, image_file(), "IMG_1.HEIC")
        assert "IMG_1.HEIC is really a JPEG file. Rename it to IMG_1.jpg." in errors(response)["original"][0]

    def test_saving_an_asset_converts_too(self, store: Store) -> None:
        asset = Asset(key="photos/IMG_1.HEIC", original=ContentFile(photo("plain"), name="x"))
        asset.save()
        assert (asset.key, asset.format, asset.original.name) == ("photos/IMG_1.jpg", "jpeg", "photos/IMG_1.jpg")
        assert list(store.list("originals/")) == ["originals/photos/IMG_1.jpg"]
        with pytest.raises(ValidationError, match="damaged or incomplete"):
            Asset(key="b.jpg", original=ContentFile(photo("plain")[:-200], name="x")).save()

    def test_the_form_accepts_heic(self, admin_client: Client) -> None:
        page: Any = admin_client.get(ADD).content.decode()
        assert "image/heic" in page
        assert ".heif" in page
