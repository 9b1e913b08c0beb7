"""Uploads in the admin: what is accepted, under which key, and the message for what is refused."""

from __future__ import annotations

import gzip
import struct
import unicodedata
import zlib
from typing import Any

import pytest
from django.test import Client

from assets.models import Asset, Purge
from edge.contract.original import OriginalFacts
from edge.storage.objects.store import Store
from tests.assets.admin.forms import ADD, change_url, errors, post
from tests.assets.images import image_file, make_asset
from tests.assets.publication_support import facts_of

pytestmark = pytest.mark.django_db(transaction=True)


def bomb_gif() -> bytes:
    """44 bytes that say 65535 × 65535, with a frame of 65535 × 66601's low bytes beyond it."""
    screen = b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0x80, 0, 0) + bytes(6)
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 1066, 65535, 65535, 0) + b"\x08\x01\x00\x00"
    return (screen + frame + b"\x3b").ljust(44, b"\0")


def bomb_png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 65536, 65536, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_an_upload_becomes_an_original_with_its_facts(admin_client: Client, admin_user: Any, store: Store) -> None:
    body = image_file("JPEG", (1200, 800))
    response = post(admin_client, ADD, body, "beach.jpg", title="The beach", alt_text="Sand", key="photos/")
    asset = Asset.objects.get()
    assert response.redirect_chain
    assert (asset.key, asset.title, asset.width, asset.height) == ("photos/beach.jpg", "The beach", 1200, 800)
    assert (asset.format, asset.bytes, asset.created_by, asset.updated_by) == (
        "jpeg",
        len(body),
        admin_user,
        admin_user,
    )
    stored = store.get("originals/photos/beach.jpg")
    assert stored.body == body
    assert stored.head.content_type == "image/jpeg"
    assert OriginalFacts.read(stored.head.metadata) == facts_of(asset)


def test_width_and_height_are_those_after_orientation(admin_client: Client) -> None:
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    post(admin_client, ADD, image_file("JPEG", (60, 40), exif=exif))
    asset = Asset.objects.get()
    assert (asset.width, asset.height) == (40, 60)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("JPEG", "a.JPG"),
        ("JPEG", "a.jpeg"),
        ("PNG", "a.png"),
        ("PNG", "a.apng"),
        ("WEBP", "a.webp"),
        ("AVIF", "a.avif"),
        ("GIF", "a.gif"),
        ("TIFF", "a.tif"),
        ("TIFF", "a.tiff"),
        ("BMP", "a.bmp"),
    ],
)
def test_every_format_is_accepted_with_each_of_its_extensions(admin_client: Client, kind: str, name: str) -> None:
    post(admin_client, ADD, image_file(kind), name)
    assert Asset.objects.get().key == name


JPEG = image_file("JPEG", (640, 480))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("photo.jpg", b"", "The file is empty. Save or download it again and upload that."),
        ("photo.jpg", b"Dear reader, " * 50, "This is not a supported image. Export it as JPEG, PNG, "),
        ("photo.jpg", JPEG[: len(JPEG) // 2], "The JPEG file is damaged or incomplete. Export or download it again."),
        ("photo.png", image_file("PNG", (300, 300))[:-60], "The PNG file is damaged or incomplete."),
        ("photo.gif", bomb_gif(), "the limit for GIF is 50 megapixels. Make the image smaller."),
        ("photo.png", bomb_png(), "65536 × 65536 pixels (4,295 megapixels); the limit is 100 megapixels."),
        ("photo.jpg", image_file("PNG"), "photo.jpg is really a PNG file. Rename it to photo.png."),
        ("photo.png", image_file("JPEG"), "photo.png is really a JPEG file. Rename it to photo.jpg."),
        ("photo.jpg", b"%PDF-1.7\n" + bytes(99), "This is a PDF. Export it as JPEG, PNG, "),
        ("photo.png", SVG, "Export it as a PNG twice as wide as it is ever shown."),
        ("photo.jpg", b"\0\0\0\x18ftypqt  \0\0\0\0qt  ", "This is a video. Export it as JPEG, PNG, "),
    ],
    ids=["empty", "text", "cut", "cut-png", "gif-bomb", "png-bomb", "png-as-jpg", "jpg-as-png", "pdf", "svg", "video"],
)
def test_a_file_that_is_not_accepted_is_refused_and_nothing_is_stored(
    admin_client: Client, store: Store, name: str, body: bytes, message: str
) -> None:
    response = post(admin_client, ADD, body, name, title="Kept", content_type="image/jpeg")
    assert message in errors(response)["original"][0]
    assert response.context["adminform"].form["title"].value() == "Kept"
    assert not Asset.objects.exists()
    assert not list(store.list("originals/"))


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("report.pdf", b"%PDF-1.7\n" + bytes(99), "This is a PDF. Export it as JPEG, PNG, "),
        ("logo.svg", SVG, "This is an SVG drawing, which has no pixels to resize. Export it as a PNG "),
        ("logo.svgz", gzip.compress(SVG, mtime=0), "belongs among the project's static files."),
        ("photo.txt", JPEG, "photo.txt is really a JPEG file. Rename it to photo.jpg."),
        ("photo", JPEG, "photo is really a JPEG file. Rename it to photo.jpg."),
    ],
)
def test_a_file_with_an_invalid_name_is_examined_too(
    admin_client: Client, store: Store, name: str, body: bytes, message: str
) -> None:
    response = post(admin_client, ADD, body, name)
    assert message in errors(response)["original"][0]
    assert "key" not in errors(response), "nobody typed it"
    typed = post(admin_client, ADD, body, name, key="photos/report.pdf")
    assert "must end in one of .jpg" in errors(typed)["key"][0]
    assert not list(store.list("originals/"))


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("../secret.jpg", "a segment between slashes is empty, '.' or '..'"),
        ("a//b.jpg", "a segment between slashes is empty"),
        ("/a.jpg", "a segment between slashes is empty"),
        ("a\\b.jpg", "it contains a backslash"),
        ("a\tb.jpg", "it contains a control character"),
        ("a*.jpg", "it contains '*', CloudFront's wildcard"),
        ("~a.jpg", "it contains '~', which CloudFront cannot invalidate"),
        ("photo", "its last segment must end in one of .jpg"),
        ("a.png/b.png", "only its last segment may have an image extension"),
        ("é" * 60 + "/" + "a/" * 200 + "b.jpg", "at most 512 are allowed"),
        ("é" * 126 + ".jpg", "has more than 255 bytes"),
    ],
)
def test_a_key_that_breaks_a_rule_is_refused_with_the_rule(
    admin_client: Client, store: Store, key: str, message: str
) -> None:
    response = post(admin_client, ADD, image_file("PNG"), "photo.png", key=key)
    assert message in errors(response)["key"][0]
    assert not Asset.objects.exists()
    assert not list(store.list("originals/"))


LONG = "/".join(["日本" * 20] * 4) + "/"
ODD = [
    "sun and sea.jpg",
    "1+1=2.jpg",
    "100%.jpg",
    "%41.jpg",
    "#1.jpg",
    "what?.jpg",
    "café.jpg",
    "照片/海滩.jpg",
    "a'b\"c<d>&e;.jpg",
    LONG + "x" * (512 - len(LONG.encode()) - 4) + ".jpg",
]


@pytest.mark.parametrize("key", ODD)
def test_a_key_with_unusual_characters_is_kept_exactly(admin_client: Client, store: Store, key: str) -> None:
    post(admin_client, ADD, image_file(), key=key)
    assert Asset.objects.get().key == key
    assert list(store.list("originals/")) == [f"originals/{key}"]
    assert admin_client.get(change_url(Asset.objects.get())).status_code == 200


def test_both_unicode_forms_of_a_key_are_one_image(admin_client: Client, store: Store) -> None:
    there = make_asset(unicodedata.normalize("NFC", "café.jpg"))
    response = post(admin_client, ADD, image_file(colour="red"), key=unicodedata.normalize("NFD", "café.jpg"))
    (message,) = errors(response)["key"]
    assert "An image with this key already exists" in message
    assert f'href="{change_url(there)}"' in message
    assert list(store.list("originals/")) == ["originals/café.jpg"]
    assert Asset.objects.get(key=unicodedata.normalize("NFD", "café.jpg")) == there


def test_a_replacement_has_a_new_version_and_requests_a_purge(
    admin_client: Client, admin_user: Any, store: Store
) -> None:
    asset = make_asset()
    first = asset.version
    new = image_file(colour="red", size=(90, 90))
    post(admin_client, change_url(asset), new, "IMG_0001.JPG", title="New")
    asset.refresh_from_db()
    assert asset.version != first
    assert (asset.key, asset.width, asset.title) == ("photos/beach.jpg", 90, "New")
    stored = store.get("originals/photos/beach.jpg")
    assert stored.body == new
    assert stored.head.metadata["version"] == asset.version
    purge = Purge.objects.get()
    assert (purge.subject, purge.reason, purge.requested_by) == (asset.key, Purge.Reason.REPLACED, admin_user)


def test_a_replacement_in_another_format_is_refused(admin_client: Client, store: Store) -> None:
    body = image_file()
    asset = make_asset(body=body)
    response = post(admin_client, change_url(asset), image_file("PNG"), "beach.png")
    assert "photos/beach.jpg is really a PNG" in errors(response)["original"][0]
    assert store.get("originals/photos/beach.jpg").body == body
    assert Asset.objects.get().version == asset.version


def test_changing_only_texts_keeps_version_and_original(admin_client: Client, store: Store) -> None:
    asset = make_asset()
    before = store.head("originals/photos/beach.jpg")
    post(admin_client, change_url(asset), None, title="Another")
    after = store.head("originals/photos/beach.jpg")
    assert Asset.objects.get().title == "Another"
    assert (after.etag, after.last_modified) == (before.etag, before.last_modified)
    assert not Purge.objects.exists()


def test_an_image_without_alternative_text_is_saved_with_a_reminder(admin_client: Client) -> None:
    response = post(admin_client, ADD, image_file())
    assert "The image photo.jpg has no alternative text." in response.content.decode()
    response = post(admin_client, ADD, image_file(), "second.jpg", decorative="on")
    assert "has no alternative text" not in response.content.decode()


def test_an_alternative_text_that_describes_nothing_is_refused_at_its_field(admin_client: Client) -> None:
    response = post(admin_client, ADD, JPEG, "IMG_1234.jpg", alt_text="IMG_1234.jpg")
    assert "“IMG_1234.jpg” is the file's name." in errors(response)["alt_text"][0]
    response = post(admin_client, ADD, JPEG, "beach.jpg", alt_text="Sand", decorative="on")
    assert "A decorative image has no alternative text" in errors(response)["alt_text"][0]
    assert not Asset.objects.exists()


def test_the_files_name_is_refused_under_another_key_too(admin_client: Client) -> None:
    response = post(admin_client, ADD, JPEG, "IMG_1234.jpg", key="photos/beach.jpg", alt_text="IMG_1234")
    assert "is the file's name" in errors(response)["alt_text"][0]
