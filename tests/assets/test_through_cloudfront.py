"""Editors' changes as visitors see them, through the local CloudFront: the app, a page rendered before, the edge."""

from __future__ import annotations

import io
import time
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image

from assets import tasks
from assets.links import img_url
from assets.models import Asset, Preset, Purge
from edge.contract.cache_control import IMMUTABLE
from edge.contract.url_path import encode_path
from edge.storage.manifest_cache import PRESET_SECONDS
from edge.storage.objects.location import open_store
from edge.storage.objects.store import Store
from infra.local.cloudfront import LocalCloudFront
from tests.assets.images import image_file, make_asset
from tests.assets.job_support import configure
from tests.e2e.delivery.concurrent_visitors import colour_of
from tests.http_client import Reply, ask
from tests.machine import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

ALIAS = "public, max-age=60, s-maxage=86400"


@pytest.fixture(autouse=True)
def cdn(local_cloudfront: LocalCloudFront, settings: Any, monkeypatch: pytest.MonkeyPatch) -> LocalCloudFront:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    location, url = local_cloudfront.store, local_cloudfront.url
    configure(settings, location, url, local_cloudfront.distribution_id)
    originals = {"BACKEND": "assets.storage.DirectoryOriginals", "OPTIONS": {"location": _folder(location)}}
    settings.STORAGES = {**settings.STORAGES, "originals": originals}
    return local_cloudfront


def _folder(location: str) -> Path:
    return Path(unquote(urlsplit(location).path))


@pytest.fixture
def store(cdn: LocalCloudFront) -> Store:
    return open_store(cdn.store)


def get(cdn: LocalCloudFront, target: str) -> Reply:
    return ask(cdn.url, target.removeprefix(cdn.url), accept="image/avif,image/webp,*/*")


def seen(reply: Reply) -> tuple[int, tuple[int, int], str]:
    assert reply.status == 200, reply.body
    shown = Image.open(io.BytesIO(reply.body), formats=["WEBP"])
    return reply.status, shown.size, colour_of(reply.body)


def upload(key: str, shown: str) -> Asset:
    return make_asset(key, image_file(size=(640, 480), colour=shown))


def replace(asset: Asset, shown: str) -> None:
    asset.original = ContentFile(image_file(size=(640, 480), colour=shown), name="x")
    asset.save()


def publish(name: str, width: int) -> Preset:
    """A new preset, and the second for which an edge may go on with what it has just read."""
    preset = Preset(name=name, width=width)
    preset.save()
    time.sleep(PRESET_SECONDS)
    return preset


def stored_versions(store: Store, key: str) -> set[str]:
    return {name.removeprefix(f"variants/{key}/").partition(".")[0] for name in store.list(f"variants/{key}/")}


def purge_all() -> None:
    """As the workers do."""
    waiting = Purge.objects.filter(state=Purge.State.QUEUED)
    assert waiting
    for row in waiting:
        tasks.run_purge(row.pk)


@pytest.mark.parametrize("query", ["w=300", "w=300&v=00000000", "w=290", "width=300&_=1"])
def test_an_alias_stores_only_the_true_version_and_shows_the_new_image_after_a_purge(
    cdn: LocalCloudFront, store: Store, query: str
) -> None:
    key = f"alias/{query.replace('&', '/')}.jpg"
    path = f"/{encode_path(key)}?{query}"
    asset = upload(key, "red")
    reply = get(cdn, path)
    assert seen(reply) == (200, (300, 225), "red")
    assert reply.headers["cache-control"] == ALIAS
    assert stored_versions(store, key) == {asset.version}
    replace(asset, "blue")
    assert seen(get(cdn, path)) == (200, (300, 225), "red")  # kept, until the purge
    purge_all()
    assert seen(get(cdn, path)) == (200, (300, 225), "blue")
    assert stored_versions(store, key) == {asset.version}


def test_a_random_version_stores_nothing(cdn: LocalCloudFront, store: Store) -> None:
    upload("random.jpg", "red")
    get(cdn, "/random.jpg?w=300")
    stored = list(store.list(""))
    for number in range(40):
        reply = get(cdn, f"/random.jpg?w=300&v={number:08x}")
        assert seen(reply) == (200, (300, 225), "red")
        assert reply.headers["cache-control"] == ALIAS
    assert list(store.list("")) == stored


def test_a_cached_page_shows_the_new_image_and_preset_after_the_purge(cdn: LocalCloudFront, store: Store) -> None:
    preset = publish("before", 100)
    asset = upload("page.jpg", "red")
    page = [img_url(asset, 300), img_url(asset, preset="before")]
    assert [seen(get(cdn, url)) for url in page] == [(200, (300, 225), "red"), (200, (100, 75), "red")]
    assert {get(cdn, url).headers["cache-control"] for url in page} == {IMMUTABLE}
    replace(asset, "blue")
    preset.width = 150
    preset.save()
    purge_all()
    assert [seen(get(cdn, url)) for url in page] == [(200, (300, 225), "blue"), (200, (150, 113), "blue")]
    assert {get(cdn, url).headers["cache-control"] for url in page} == {ALIAS}
    after = [img_url(asset, 300), img_url(asset, preset="before")]
    assert after != page
    assert [seen(get(cdn, url)) for url in after] == [(200, (300, 225), "blue"), (200, (150, 113), "blue")]
    assert stored_versions(store, "page.jpg") == {asset.version}


def test_an_old_page_goes_on_showing_a_preset_as_it_was_stored(cdn: LocalCloudFront, store: Store) -> None:
    preset = publish("stored", 100)
    asset = upload("stored.jpg", "red")
    page = img_url(asset, preset="stored")
    assert seen(get(cdn, page))[1] == (100, 75)
    for width, height in ((150, 113), (200, 150)):
        preset.width = width
        preset.save()
        purge_all()
        reply = get(cdn, page)
        assert seen(reply)[1] == (100, 75)
        assert (reply.headers["cache-control"], reply.headers["x-cache"]) == (IMMUTABLE, "Miss from cloudfront")
        assert get(cdn, page).headers["x-cache"] == "Hit from cloudfront"
        new = get(cdn, img_url(asset, preset="stored"))
        assert (seen(new)[1], new.headers["cache-control"]) == ((width, height), IMMUTABLE)
    preset.delete()
    purge_all()
    assert seen(get(cdn, page))[1] == (100, 75)
    assert get(cdn, "/stored.jpg?p=stored").status == 404


@pytest.mark.parametrize("pinned", [False, True])
def test_an_old_preset_revision_shows_the_current_one(cdn: LocalCloudFront, store: Store, pinned: bool) -> None:
    preset = publish(f"card-{pinned}".lower(), 100)
    key = f"{preset.name}.jpg"
    upload(key, "red")
    target = f"/{key}?p={preset.name}" + (f".{preset.revision}" if pinned else "")
    assert seen(get(cdn, target))[1] == (100, 75)
    preset.width = 200
    preset.save()
    purge_all()
    reply = get(cdn, target)
    assert seen(reply)[1] == (200, 150)
    assert reply.headers["cache-control"] == ALIAS
    stored = {name.rpartition("/")[2] for name in store.list(f"variants/{key}/")}
    assert stored == {f"p.{preset.name}.{revision}.avif" for revision in (preset.revision - 1, preset.revision)}


def test_a_preset_is_available_to_visitors_after_the_commit_and_not_before(cdn: LocalCloudFront) -> None:
    upload("commit.jpg", "red")
    with transaction.atomic():
        Preset(name="committed", width=100).save()
        assert get(cdn, "/commit.jpg?p=committed").status == 404
        transaction.set_rollback(True)
    assert get(cdn, "/commit.jpg?p=committed.1").status == 404
    Preset(name="committed", width=100).save()
    versions = count(1)
    wait_until(lambda: get(cdn, f"/commit.jpg?p=committed&v={next(versions):08x}").status == 200)
