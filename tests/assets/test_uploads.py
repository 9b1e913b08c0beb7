"""A file that is too large never fills the disk, whichever view it is sent to."""

from __future__ import annotations

import io
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.test.client import FakePayload

from assets.models import Asset
from edge.storage.objects.store import Store
from tests.assets.admin.forms import ADD, errors, post
from tests.assets.conftest import change_policy
from tests.assets.images import image_file
from tests.machine import full_disk

pytestmark = pytest.mark.django_db(transaction=True)

MB = 1 << 20
BOUNDARY = "frontier"
_PIECE = 1 << 16


class Body(io.RawIOBase):
    """A multipart body with a file of ``size`` bytes, made while it is read; notes the largest file in ``watched``."""

    def __init__(self, size: int, watched: Path) -> None:
        part = 'Content-Disposition: form-data; name="original"; filename="huge.jpg"'
        head = f"--{BOUNDARY}\r\n{part}\r\nContent-Type: image/jpeg\r\n\r\n".encode()
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()
        self._pieces = chain([head], repeat(bytes(_PIECE), size // _PIECE), [tail])
        self._watched = watched
        self.length = len(head) + size + len(tail)
        self.spooled = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.spooled = max([self.spooled, *(path.stat().st_size for path in self._watched.iterdir())])
        piece = next(self._pieces, b"")
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.fixture
def spool(tmp_path: Path, settings: Any) -> Path:
    folder = tmp_path / "spool"
    folder.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(folder)
    return folder


def send(client: Client, path: str, body: Body) -> Any:
    environment = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
        "CONTENT_LENGTH": str(body.length),
        "wsgi.input": io.BufferedReader(body, _PIECE),
    }
    return client.request(**environment)


def test_300_megabytes_to_the_login_page_leave_the_disk_alone(client: Client, spool: Path) -> None:
    body = Body(300 * MB, spool)
    response = send(client, "/admin/login/", body)
    assert response.status_code == 200
    assert body.spooled <= 50 * MB
    assert not list(spool.iterdir())


def test_a_file_that_is_too_large_is_refused_by_name(admin_client: Client, spool: Path, store: Store) -> None:
    body = Body(51 * MB, spool)
    response = send(admin_client, ADD, body)
    assert errors(response)["original"] == ["huge.jpg is larger than 50 MB. Make it smaller and upload that."]
    assert not Asset.objects.exists()
    assert not list(store.list(""))
    assert not list(spool.iterdir())


def test_a_small_file_can_be_too_large_too(admin_client: Client, policy_file: Path) -> None:
    change_policy(policy_file, max_source_bytes=MB // 2)
    response = post(admin_client, ADD, image_file("BMP", (600, 600)), "photo.bmp")
    assert errors(response)["original"] == ["photo.bmp is larger than 0.5 MB. Make it smaller and upload that."]


def test_a_large_file_within_the_limit_is_stored_completely(admin_client: Client, spool: Path, store: Store) -> None:
    body = image_file("BMP", (1200, 1000))
    assert len(body) > 2.5 * MB, "small enough for memory"
    post(admin_client, ADD, body, "photo.bmp")
    assert store.get("originals/photo.bmp").body == body


def test_on_a_full_disk_the_form_says_so_and_nothing_is_saved(admin_client: Client, spool: Path) -> None:
    with full_disk(MB):
        response = post(admin_client, ADD, image_file("BMP", (1200, 1000)), "photo.bmp", title="Kept")
    (message,) = errors(response)["original"]
    assert message.startswith("The server could not store photo.bmp: ")
    assert response.context["adminform"].form["title"].value() == "Kept"
    assert not Asset.objects.exists()


def test_a_second_file_in_a_request_is_refused(client: Client, spool: Path) -> None:
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="a.jpg"\r\n\r\nx\r\n'.encode()
    payload = 2 * part + f"--{BOUNDARY}--\r\n".encode()
    environment = {"CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}", "CONTENT_LENGTH": str(len(payload))}
    response = client.request(
        REQUEST_METHOD="POST", PATH_INFO="/admin/login/", **environment, **{"wsgi.input": FakePayload(payload)}
    )
    assert response.status_code == 400
