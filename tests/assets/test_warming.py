"""Warming requests each preset in each format through CloudFront."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import urllib3
from django.db import transaction

from assets import tasks
from assets.jobs import progress
from assets.models import Asset, Preset, Warming
from assets.warming import ACCEPTS, request_warming
from edge.contract.negotiation import negotiate
from infra.local.cloudfront import LocalCloudFront
from tests.assets.conftest import change_policy
from tests.assets.images import image_file, make_asset
from tests.assets.job_support import Answer, Message, Server, configure, serving

pytestmark = pytest.mark.django_db

State = Warming.State
NO_FAILURES: list[Any] = []


@pytest.fixture
def answers() -> list[Answer]:
    """What the server will say, one after the other; 200 when there is nothing left."""
    return []


@pytest.fixture
def server(answers: list[Answer], settings: Any, tmp_path: Path) -> Iterator[Server]:
    with serving(lambda _: answers.pop(0) if answers else (200, b"image", {})) as running:
        configure(settings, tmp_path.as_uri(), running.url)
        yield running


@pytest.fixture
def assets(transactional_db: None, settings: Any, tmp_path: Path) -> list[Asset]:
    """Rows alone: who warms, looks at no original."""
    Preset._base_manager.bulk_create(
        [Preset(name="small", width=50, revision=2), Preset(name="wide", width=100, revision=3)]
    )
    keys = ["a.jpg", "b/é +%.png"]
    return Asset._base_manager.bulk_create([Asset(key=key, original=key, version="1f2e3d4c") for key in keys])


def work_off(row: Warming) -> Warming:
    tasks.run_warming(row.pk)
    row.refresh_from_db()
    return row


def test_an_archived_preset_is_not_warmed(server: Server, assets: list[Asset]) -> None:
    Preset.objects.get(name="wide").set_archived(True)
    row = work_off(request_warming(assets))
    assert (row.state, row.done, row.total) == (State.DONE, 6, 6)


def test_every_preset_of_every_image_is_requested_in_every_format(server: Server, assets: list[Asset]) -> None:
    row = work_off(request_warming(assets))
    assert (row.state, row.done, row.total, row.failures) == (State.DONE, 12, 12, NO_FAILURES)
    paths = {path for path, _ in server.asked}
    assert paths == {
        f"/{key}?p={preset}&v=1f2e3d4c"
        for key in ("a.jpg", "b/%C3%A9%20%2B%25.png")
        for preset in ("small.2", "wide.3")
    }
    assert [negotiate(accept) for accept in ACCEPTS] == ["avif", "webp", "basic"]
    assert sorted(server.asked) == sorted((path, accept) for path in paths for accept in ACCEPTS)


def test_the_message_is_sent_on_commit(assets: list[Asset], sent: list[Message]) -> None:
    with transaction.atomic():
        row = request_warming(assets)
        assert sent == []
    assert sent == [Message("assets.tasks.run_warming", (row.pk,), waits=False)]
    assert (row.keys, row.total) == (["a.jpg", "b/é +%.png"], 12)


def test_the_urls_are_signed_if_the_policy_requires_it(
    server: Server, assets: list[Asset], policy_file: Path, signing: Any
) -> None:
    change_policy(policy_file, signed="always")
    assert work_off(request_warming(assets)).state == State.DONE
    assert all("&s=k1." in path for path, _ in server.asked)


def test_a_503_is_retried(server: Server, answers: list[Answer], assets: list[Asset]) -> None:
    answers += [(503, b"", {"Retry-After": "0"})] * 3
    row = work_off(request_warming(assets[:1]))
    assert (row.state, row.done) == (State.DONE, 6)
    assert len(server.asked) == 9


def test_a_failed_request_is_listed_with_the_edges_message(assets: list[Asset], settings: Any, tmp_path: Path) -> None:
    body = json.dumps({"status": 415, "code": "source_damaged", "message": "This image is damaged."}).encode()

    def answer(handler: BaseHTTPRequestHandler) -> Answer:
        is_damaged = "p=small.2" in handler.path and handler.headers["Accept"] == ACCEPTS[0]
        return (415, body, {}) if is_damaged else (200, b"image", {})

    with serving(answer) as server:
        configure(settings, tmp_path.as_uri(), server.url)
        row = work_off(request_warming(assets[:1]))
    assert (row.state, row.done, row.error) == (
        State.FAILED,
        6,
        "1 of 6 requests failed. See the list below.",
    )
    [failure] = row.failures
    assert (failure["status"], failure["reason"]) == (415, "This image is damaged.")
    assert failure["url"].startswith(f"{server.url}/a.jpg?p=small.2")


def test_it_stops_after_a_hundred_failures(server: Server, answers: list[Answer], assets: list[Asset]) -> None:
    many = [Asset(key=f"{index}.jpg", original="x", version="1f2e3d4c") for index in range(30)]
    answers += [(404, b"gone", {})] * 500
    row = work_off(request_warming(Asset._base_manager.bulk_create(many)))
    assert (row.state, row.error, len(row.failures)) == (
        State.FAILED,
        "Stopped after 100 failed requests. See the list below.",
        100,
    )
    assert len(server.asked) < 120
    assert row.failures[0]["reason"] == "Not Found"


def test_a_fallback_image_in_place_of_an_error_is_one_failure_and_the_rest_is_warmed(
    server: Server, answers: list[Answer], assets: list[Asset]
) -> None:
    """Its bytes contain NUL, which PostgreSQL stores in no text: `test_on_postgresql.py` runs this there too."""
    answers += [(404, image_file(), {"X-Imagehub-Error": "original_missing"})]
    row = work_off(request_warming(assets))
    assert (row.state, row.done, [failure["reason"] for failure in row.failures]) == (
        State.FAILED,
        12,
        ["original_missing"],
    )


def test_if_cloudfront_cannot_be_reached_the_job_is_tried_again_later(
    assets: list[Asset], settings: Any, tmp_path: Path, sent: list[Message]
) -> None:
    configure(settings, tmp_path.as_uri(), "http://127.0.0.1:9")
    row = work_off(request_warming(assets))
    assert (row.state, row.error, row.done) == (State.QUEUED, "http://127.0.0.1:9 cannot be reached.", 0)
    assert sent[-1] == Message("assets.tasks.run_warming", (row.pk,), waits=True)


def test_after_a_crash_it_continues_from_the_saved_progress(server: Server, assets: list[Asset]) -> None:
    row = request_warming(assets)
    Warming.objects.update(done=9, state=State.QUEUED)
    assert (work_off(row).state, row.done, len(server.asked)) == (State.DONE, 12, 3)
    assert {unquote(urlsplit(path).path) for path, _ in server.asked} == {"/b/é +%.png"}


def test_a_preset_that_was_added_in_the_meantime_is_warmed_too(server: Server, assets: list[Asset]) -> None:
    row = request_warming(assets)
    Warming.objects.update(done=9)
    Preset._base_manager.bulk_create([Preset(name="new", width=150, revision=4)])
    assert (work_off(row).state, row.done, row.total) == (State.DONE, 18, 18)
    assert len(server.asked) == 18


def test_a_long_warming_lets_other_jobs_run_in_between(
    server: Server, assets: list[Asset], sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = request_warming(assets)
    sent.clear()
    monkeypatch.setattr(progress, "SLICE_SECONDS", 0)
    assert (work_off(row).state, row.done) == (State.QUEUED, 1)
    assert sent == [Message("assets.tasks.run_warming", (row.pk,), waits=False)]
    monkeypatch.setattr(progress, "SLICE_SECONDS", 30)
    assert (work_off(row).state, row.done) == (State.DONE, 12)


def test_a_warmed_variant_is_a_cache_hit_for_the_first_visitor(
    local_cloudfront: LocalCloudFront, settings: Any, transactional_db: None
) -> None:
    configure(settings, local_cloudfront.store, local_cloudfront.url)
    originals = {
        "BACKEND": "assets.storage.DirectoryOriginals",
        "OPTIONS": {"location": urlsplit(local_cloudfront.store).path},
    }
    settings.STORAGES = {**settings.STORAGES, "originals": originals}
    Preset(name="warmed", width=50).save()
    asset = make_asset("warming/real.jpg", image_file(size=(200, 100)))
    row = work_off(request_warming([asset]))
    assert (row.state, row.failures) == (State.DONE, NO_FAILURES)
    revision = Preset.objects.get().revision
    url = f"{local_cloudfront.url}/warming/real.jpg?p=warmed.{revision}&v={asset.version}"
    for accept, content_type in zip(ACCEPTS, ("image/webp", "image/webp", "image/png"), strict=True):
        answer = urllib3.request("GET", url, headers={"Accept": accept})
        assert (answer.headers["X-Cache"], answer.headers["Content-Type"]) == ("Hit from cloudfront", content_type)


def test_only_the_named_presets_are_warmed(server: Server, assets: list[Asset]) -> None:
    row = work_off(request_warming(assets[:1], presets={"wide", "deleted since"}))
    assert (row.state, row.done, row.total) == (State.DONE, 3, 3)
    assert {path for path, _ in server.asked} == {"/a.jpg?p=wide.3&v=1f2e3d4c"}


def test_a_warming_waits_for_its_images_but_not_endlessly(
    server: Server, assets: list[Asset], sent: list[Message]
) -> None:
    Asset._base_manager.filter(key="a.jpg").update(state=Asset.State.PUBLISHING)
    row = work_off(request_warming(assets))
    assert (row.state, row.attempts, server.asked) == (State.QUEUED, 0, [])
    assert row.error == "The images are still being published. Warming begins afterwards."
    assert sent[-1] == Message("assets.tasks.run_warming", (row.pk,), waits=True)
    Warming.objects.update(created_seconds=row.created_seconds - 601)
    row = work_off(row)
    assert (row.state, row.error, row.done) == (State.DONE, "", 12)


def test_a_warming_that_has_begun_goes_on(server: Server, assets: list[Asset]) -> None:
    Asset._base_manager.filter(key="a.jpg").update(state=Asset.State.PUBLISHING)
    row = request_warming(assets)
    Warming.objects.update(done=6)
    assert work_off(row).state == State.DONE
    assert len(server.asked) == 6
