"""The admin says what was saved, and what visitors see: with a log that fails, with storage that fails or is silent."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from assets import tasks
from assets.models import Asset, Purge
from edge.storage.objects.store import Store
from tests.assets.admin.forms import ADD, change_url, errors, post
from tests.assets.images import image_file, make_asset
from tests.assets.publication_support import unwritable

pytestmark = pytest.mark.django_db(transaction=True)

State = Asset.State


@pytest.fixture
def failing_log() -> Iterator[None]:
    """The admin's log refuses every entry, after the image has been saved."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON django_admin_log BEGIN SELECT RAISE(ABORT, 'the log is full'); END"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuse")


@pytest.fixture(params=[True, False], ids=["atomic requests", "atomic view"])
def _atomic_requests(request: pytest.FixtureRequest) -> Iterator[None]:
    before = connection.settings_dict["ATOMIC_REQUESTS"]
    connection.settings_dict["ATOMIC_REQUESTS"] = request.param
    yield
    connection.settings_dict["ATOMIC_REQUESTS"] = before


@pytest.mark.usefixtures("_atomic_requests", "failing_log")
def test_a_log_that_fails_leaves_row_and_original_as_they_were(admin_client: Client, store: Store) -> None:
    asset = make_asset()
    body = store.get("originals/photos/beach.jpg").body
    response = post(admin_client, change_url(asset), image_file(colour="red"), title="Kept")
    assert "Nothing was saved: the database reported the log is full." in errors(response)["__all__"][0]
    assert response.context["adminform"].form["title"].value() == "Kept"
    response = post(admin_client, ADD, image_file(), "new.jpg")
    assert "Nothing was saved" in errors(response)["__all__"][0]
    assert Asset.objects.get().version == asset.version
    assert store.get("originals/photos/beach.jpg").body == body
    assert list(store.list("originals/")) == ["originals/photos/beach.jpg"]
    assert not Purge.objects.exists()


@pytest.mark.usefixtures("_atomic_requests")
def test_an_image_that_is_saved_and_not_published_yet_says_so_until_it_is(admin_client: Client, root: Path) -> None:
    with unwritable(root / "originals"):
        page = post(admin_client, ADD, image_file(), "new.jpg").content.decode()
    assert "The image new.jpg is saved and is being published. Visitors do not see this version yet." in page
    assert "Nothing was saved" not in page
    assert ">being published</span>" in page
    asset = Asset.objects.get()
    assert asset.state == State.PUBLISHING
    assert "is being published" in admin_client.get(change_url(asset)).content.decode()
    tasks.sweep()
    for url in (change_url(asset), "/admin/imagehub/asset/"):
        assert "being published" not in admin_client.get(url).content.decode()


def test_an_image_whose_file_is_lost_asks_for_another_one(admin_client: Client, store: Store) -> None:
    asset = make_asset()
    store.delete(f"originals/{asset.key}")
    page = post(admin_client, change_url(asset), None, focal_x="1", focal_y="2").content.decode()
    assert "The file of photos/beach.jpg could not be published. The original photos/beach.jpg is missing" in page
    assert ">not published</span>" in page
    assert "Upload the file again" in admin_client.get(change_url(asset)).content.decode()
    post(admin_client, change_url(asset), image_file(), focal_x="1", focal_y="2")
    assert Asset.objects.get().state == State.PUBLISHED


@contextmanager
def silent_server() -> Iterator[str]:
    """A server that accepts connections, into its queue, and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_storage_that_is_silent_is_given_up_within_seconds_and_the_form_keeps_what_was_typed(
    admin_client: Client, settings: Any
) -> None:
    with silent_server() as url:
        options = {"bucket_name": "images", "region_name": "us-east-1", "endpoint_url": url}
        options |= {"access_key": "key", "secret_key": "secret"}
        backend = {"BACKEND": "assets.storage_s3.S3Originals", "OPTIONS": options}
        settings.STORAGES = {**settings.STORAGES, "originals": backend}
        settings.IMAGEHUB = {**settings.IMAGEHUB, "STORE": f"s3+{url}/images?region=us-east-1"}
        began = time.monotonic()
        response = post(admin_client, ADD, image_file(), "new.jpg", title="Kept")
        seconds = time.monotonic() - began
    assert "Nothing was saved: image storage is unavailable" in errors(response)["__all__"][0]
    assert response.context["adminform"].form["title"].value() == "Kept"
    assert seconds < 20, "a bound, not a speed: it took 94 seconds"
    assert not Asset.objects.exists()
