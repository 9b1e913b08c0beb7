"""Purges and warmings requested from the list of images."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from assets.models import Asset, BulkPurge, Job, Preset, Warming
from tests.assets.job_support import Message, configure, listening

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("static_files")]

IMAGES = "/admin/imagehub/asset/"
State = Job.State


@pytest.fixture(autouse=True)
def _no_cdn(settings: Any, tmp_path: Path) -> None:
    configure(settings, tmp_path.as_uri())
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nobody's passwords


@pytest.fixture(autouse=True)
def sent() -> Iterator[list[Message]]:
    with listening() as messages:
        yield messages


@pytest.fixture
def assets() -> list[Asset]:
    keys = ["a.jpg", "b.jpg", "c.jpg"]
    return Asset._base_manager.bulk_create([Asset(key=key, original=key, version="1f2e3d4c") for key in keys])


def login(client: Client, *permissions: str) -> Client:
    """An editor who may do just this."""
    user = get_user_model().objects.create_user("ed", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return client


def act(client: Client, url: str, action: str, rows: list[Any], **more: str) -> Any:
    data = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return client.post(url, data, follow=True)


def page(job: BulkPurge | Warming, view: str = "change") -> str:
    return reverse(f"admin:imagehub_{job._meta.model_name}_{view}", args=[job.pk])


def test_the_purge_action_asks_first_and_shows_twelve_images_at_most(client: Client) -> None:
    login(client, "view_asset", "change_asset")
    many = [Asset(key=f"{number}.jpg", original="x", version="1f2e3d4c") for number in range(13)]
    rows = Asset._base_manager.bulk_create(many)
    for count, more in ((12, False), (13, True)):
        content = act(client, IMAGES, "purge_selected", rows[:count]).content.decode()
        assert f"<h1>Purge {count} images?</h1>" in content
        assert content.count("imagehub-thumbnail") == 12
        assert ("And 1 more." in content) == more
        assert content.count('name="_selected_action"') == count
    assert not BulkPurge.objects.exists()


def test_the_purge_action_requests_one_purge_and_links_to_it(
    client: Client, assets: list[Asset], sent: list[Message]
) -> None:
    user = login(client, "view_asset", "change_asset")
    response = act(client, IMAGES, "purge_selected", assets[:2], post="yes")
    row = BulkPurge.objects.get()
    assert sorted(key.key for key in row.keys.all()) == ["a.jpg", "b.jpg"]
    assert (row.total, row.requested_by and row.requested_by.username) == (2, "ed")
    assert sent == [Message("assets.tasks.run_bulk_purge", (row.pk,), waits=False)]
    content = user.get(IMAGES).content.decode() + response.content.decode()
    assert "2 images will be purged." in content
    assert f'href="{page(row)}"' in content


def test_all_images_that_match_a_search_are_purged_though_the_page_names_none(
    client: Client, assets: list[Asset]
) -> None:
    login(client, "view_asset", "change_asset")
    Asset._base_manager.bulk_create([Asset(key=f"sea/{number}.jpg", original="x", version="1") for number in range(60)])
    url = f"{IMAGES}?q=sea"
    first = act(client, url, "purge_selected", list(Asset.objects.filter(key="sea/1.jpg")), select_across="1")
    content = first.content.decode()
    assert "<h1>Purge 60 images?</h1>" in content
    assert content.count("imagehub-thumbnail") == 12
    posted = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', content))
    assert posted.items() > {"action": "purge_selected", "select_across": "1", "post": "yes"}.items()
    assert content.count('name="_selected_action"') == 1
    client.post(url, posted)
    row = BulkPurge.objects.get()
    assert (row.total, {key.key.split("/")[0] for key in row.keys.all()}) == (60, {"sea"})


def test_the_warming_action_creates_one_job_and_links_to_it(client: Client, assets: list[Asset]) -> None:
    Preset._base_manager.bulk_create([Preset(name="small", width=50)])
    login(client, "view_asset", "change_asset")
    response = act(client, IMAGES, "warm_selected", assets)
    warming = Warming.objects.get()
    assert (sorted(warming.keys), warming.total) == (["a.jpg", "b.jpg", "c.jpg"], 9)
    assert f'href="{page(warming)}"' in response.content.decode()


def test_warming_without_presets_says_what_is_missing(client: Client, assets: list[Asset]) -> None:
    login(client, "view_asset", "change_asset")
    assert b"There are no presets to warm" in act(client, IMAGES, "warm_selected", assets).content
    assert not Warming.objects.exists()


@pytest.mark.parametrize("action", ["purge_selected", "warm_selected"])
def test_an_unavailable_broker_does_not_disturb_the_editor(
    client: Client, assets: list[Asset], action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(Celery, "send_task", unavailable)
    Preset._base_manager.bulk_create([Preset(name="small", width=50)])
    login(client, "view_asset", "change_asset")
    response = act(client, IMAGES, action, assets[:1], post="yes")
    assert response.status_code == 200
    assert "View progress" in response.content.decode()
    job = BulkPurge.objects.first() or Warming.objects.get()
    assert job.state == State.QUEUED, "a worker's sweep sends it again"


@pytest.mark.parametrize("action", ["purge_selected", "warm_selected"])
def test_users_who_may_only_view_have_no_actions(client: Client, assets: list[Asset], action: str) -> None:
    login(client, "view_asset")
    assert action not in client.get(IMAGES).content.decode()
    act(client, IMAGES, action, assets, post="yes")
    assert not BulkPurge.objects.exists()
    assert not Warming.objects.exists()
