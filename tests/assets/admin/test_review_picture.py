"""The picture on a review's page: private, never kept, and explained if there is none."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

from edge.contract.original import original_object_key
from edge.storage.objects.store import Store
from tests.assets.images import make_asset
from tests.assets.publication_support import unwritable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]


@pytest.mark.parametrize("query", ["", "?clear=1"])
def test_it_is_a_jpeg_that_nobody_keeps(admin_client: Client, query: str) -> None:
    answer = admin_client.get(f"/admin/imagehub/review/image/{make_asset().pk}/picture/{query}")
    assert Image.open(io.BytesIO(answer.content)).size == (60, 40)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"].startswith("no-store")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_without_a_file_it_says_so(admin_client: Client, store: Store) -> None:
    asset = make_asset()
    store.delete(original_object_key(asset.key))
    answer = admin_client.get(f"/admin/imagehub/review/image/{asset.pk}/picture/")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"].startswith("no-store")
    assert b"not in storage" in answer.content


def test_without_storage_it_says_when_to_try_again(admin_client: Client, root: Path) -> None:
    asset = make_asset()
    with unwritable(root):
        answer = admin_client.get(f"/admin/imagehub/review/image/{asset.pk}/picture/")
    assert answer.status_code == 503
    assert b"Try again" in answer.content
