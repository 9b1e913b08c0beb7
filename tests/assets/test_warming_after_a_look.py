"""An upload, its look, its purge and its warming, through the local CloudFront: nothing is rendered twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assets import tasks
from assets.models import Analysis, Asset, Preset, Purge, Warming
from assets.warming import request_warming
from infra.local.cloudfront import LocalCloudFront
from tests.assets.analysis.photographs import astronaut, coffee
from tests.assets.images import analysed_collection, make_asset
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db(transaction=True)

State = Warming.State


@pytest.fixture(autouse=True)
def _card(cdn: LocalCloudFront, aws_credentials: None, settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    Preset(name="card", width=150, height=150, gravity="faces").save()


@pytest.fixture
def key(tmp_path: Path) -> str:
    """The local CloudFront and its storage are for all tests."""
    return f"{tmp_path.name}.jpg"


def upload(key: str, body: bytes) -> Asset:
    return make_asset(key, body, collection=analysed_collection())


def look() -> None:
    tasks.run_analysis(Analysis.objects.latest("pk").pk)


def purge() -> None:
    for row in Purge.objects.filter(state=State.QUEUED):
        tasks.run_purge(row.pk)


def warm(row: Warming) -> str:
    tasks.run_warming(row.pk)
    row.refresh_from_db()
    return row.state


def stored(cdn: LocalCloudFront, key: str) -> set[str]:
    """The versions of which variants are stored."""
    folder = Path(cdn.store.removeprefix("file://")) / "variants" / key
    return {path.parent.name.partition(".")[0] for path in folder.rglob("p.card.*")}


def test_an_upload_that_is_warmed_at_once_is_rendered_once_with_its_faces(
    cdn: LocalCloudFront, key: str, sent: list[Message]
) -> None:
    asset = upload(key, astronaut())
    row = request_warming([asset])
    assert (warm(row), row.error) == (State.QUEUED, "The images are still being looked at. Warming begins afterwards.")
    assert stored(cdn, key) == set()
    look()
    assert (warm(row), row.error) == (State.QUEUED, "The images are still being purged. Warming begins afterwards.")
    assert stored(cdn, key) == set()
    purge()
    assert (warm(row), row.done, row.failures) == (State.DONE, 3, [])
    asset.refresh_from_db()
    assert asset.faces
    assert stored(cdn, key) == {asset.version}
    assert Warming.objects.count() == 1


def test_what_was_warmed_before_the_look_is_warmed_again_after_it(
    cdn: LocalCloudFront, key: str, sent: list[Message]
) -> None:
    asset = upload(key, astronaut())
    row = request_warming([asset])
    Warming.objects.update(created_seconds=0)  # the look takes longer than a warming waits
    assert warm(row) == State.DONE
    assert stored(cdn, key) == {asset.version}
    look()
    purge()
    again = Warming.objects.latest("pk")
    assert (again.keys, again.presets) == ([key], ["card"])
    assert warm(again) == State.DONE
    asset.refresh_from_db()
    assert stored(cdn, key) == {asset.version}


@pytest.mark.parametrize("body", [coffee, lambda: astronaut((60, 60))], ids=["no face", "too small"])
def test_a_look_that_changes_nothing_warms_nothing(
    cdn: LocalCloudFront, key: str, sent: list[Message], body: Callable[[], bytes]
) -> None:
    row = request_warming([upload(key, body())])
    Warming.objects.update(created_seconds=0)
    assert warm(row) == State.DONE
    look()
    assert Warming.objects.count() == 1
    assert not Purge.objects.exists()


def test_an_image_of_which_nothing_is_rendered_is_not_warmed(key: str, sent: list[Message]) -> None:
    upload(key, astronaut())
    look()
    assert Purge.objects.exists()
    assert not Warming.objects.exists()


def test_a_look_that_fails_lets_the_warming_go_on(cdn: LocalCloudFront, key: str, sent: list[Message]) -> None:
    row = request_warming([upload(key, astronaut())])
    assert warm(row) == State.QUEUED
    Analysis.objects.update(state=State.FAILED, error="This month's budget for looking at images is spent")
    assert warm(row) == State.DONE
    assert stored(cdn, key) == {Asset.objects.get().version}
