"""Names of files that are longer than Django's parser, a disk or a key accepts."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from assets.long_names import MAX_BYTES, ShortNames, shorten
from assets.models import Asset
from tests.assets.admin.forms import ADD, errors, post
from tests.assets.images import image_file

EMOJI = "😀" * 251 + ".jpg"
FORM = (
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nBeach\r\n'
    b'--b\r\nContent-Disposition: form-data; name="original"; filename="%s"\r\n'
    b"Content-Type: image/jpeg\r\n\r\n%s\r\n--b--"
)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("beach.jpg", "beach.jpg"),
        ("a" * 251 + ".jpg", "a" * 251 + ".jpg"),
        ("a" * 252 + ".jpg", "a" * 251 + ".jpg"),
        (EMOJI, "😀" * 62 + ".jpg"),
        ("😀" * 255, "😀" * 63),
        ("a." + "x" * 252, "a." + "x" * 32),
    ],
    ids=["short", "fits", "one too many", "emoji", "no extension", "long extension"],
)
def test_names_are_shortened_before_their_extension(name: str, short: str) -> None:
    assert shorten(name) == short


@given(st.text(max_size=600))
def test_no_name_is_longer_than_a_key_allows(name: str) -> None:
    assert len(shorten(name).encode()) <= MAX_BYTES


def read(form: bytes, size: int) -> bytes:
    body, found = ShortNames(BytesIO(form), b"b"), b""
    while chunk := body.read(size):
        assert len(chunk) <= size
        found += chunk
    return found


@pytest.mark.parametrize("size", [1, 1000, 65_536])
def test_a_name_is_found_wherever_a_chunk_ends(size: int) -> None:
    short = shorten(EMOJI).encode()
    content = b"x" * 40_000 if size > 1 else b"x" * 10
    assert read(FORM % (EMOJI.encode(), content), size) == FORM % (short, content)


def test_what_only_looks_like_a_header_is_left_alone() -> None:
    content = b'Content-Disposition: form-data; name="x"; filename="' + b"y" * 300 + b'"'
    assert read(FORM % (b"a.jpg", content), 512) == FORM % (b"a.jpg", content)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [(60, 40), (1500, 1500)], ids=["in memory", "on disk"])
def test_an_upload_with_a_name_of_255_emoji_is_saved(admin_client: Client, size: tuple[int, int]) -> None:
    body = image_file("BMP", size)
    response = post(admin_client, ADD, body, "😀" * 251 + ".bmp", title="Kept", alt_text="Sand")
    assert response.redirect_chain
    assert Asset.objects.values_list("key", "title", "bytes").get() == ("😀" * 62 + ".bmp", "Kept", len(body))


@pytest.mark.django_db
def test_a_name_without_an_extension_is_refused_with_what_was_typed(admin_client: Client) -> None:
    response = post(admin_client, ADD, image_file("BMP", (1500, 1500)), "a." + "😀" * 253, title="Kept")
    assert errors(response)
    assert 'value="Kept"' in response.content.decode()


@pytest.mark.django_db
def test_the_limits_on_a_form_hold_as_before(admin_client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    assert post(admin_client, ADD, image_file()).status_code == 400
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
    files = [SimpleUploadedFile("😀" * 255, b"x") for _ in range(2)]
    assert admin_client.post(ADD, {"original": files}).status_code == 400
