"""Purges and warmings requested from the list of images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from assets.models import Asset, Preset, Purge, Warming
from tests.assets.job_support import Message, configure, listening

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("static_files")]

IMAGES = "/admin/imagehub/asset/"
State = Purge.State


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


def act(client: Client, url: str, action: str, rows: list[Any]) -> Any:
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(url, data, follow=True)


def page(job: Purge | Warming, view: str = "change") -> str:
    return reverse(f"admin:imagehub_{job._meta.model_name}_{view}", args=[job.pk])


def test_the_purge_action_requests_a_purge_of_each_selected_image_and_links_to_the_list(
    client: Client, assets: list[Asset], sent: list[Message]
) -> None:
    login(client, "view_asset", "change_asset")
    response = act(client, IMAGES, "purge_selected", assets[:2])
    assert {purge.subject for purge in Purge.objects.all()} == {"a.jpg", "b.jpg"}
    assert {purge.requested_by.username for purge in Purge.objects.all() if purge.requested_by} == {"ed"}
    assert len(sent) == 2
    content = response.content.decode()
    assert "2 images will be purged." in content
    assert f'href="{reverse("admin:imagehub_purge_changelist")}"' in content


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
    response = act(client, IMAGES, action, assets[:1])
    assert response.status_code == 200
    assert "View progress" in response.content.decode()
    job = Purge.objects.first() or Warming.objects.get()
    assert job.state == State.QUEUED, "a worker's sweep sends it again"


@pytest.mark.parametrize("action", ["purge_selected", "warm_selected"])
def test_users_who_may_only_view_have_no_actions(client: Client, assets: list[Asset], action: str) -> None:
    login(client, "view_asset")
    assert action not in client.get(IMAGES).content.decode()
    act(client, IMAGES, action, assets)
    assert not Purge.objects.exists()
    assert not Warming.objects.exists()
