"""A verdict as visitors see it, in both modes: what they saw clearly under the same URLs is blurred, gone, or back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, ImageStat

from assets import tasks
from assets.links import img_url
from assets.models import Asset, Preset, Purge
from assets.reviews import decide
from assets.trash import move_to_trash, restore
from edge.contract.cache_control import IMMUTABLE
from edge.storage.objects.location import open_store
from infra.local.cloudfront import LocalCloudFront
from tests.assets.images import make_asset
from tests.assets.job_support import configure
from tests.assets.review_support import VIOLENCE, record, turn_on
from tests.http_client import ask
from tests.infra.functions.engines import command

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent", "aws_credentials")]

QUICK = "--invalidation-seconds=0.2"


@pytest.fixture(scope="module", params=["edge", "regional"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloudFront]:
    if request.param == "regional":
        command("njs")
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "store").mkdir()
    store = (folder / "store").as_uri()
    with LocalCloudFront(store=store, data=folder / "cdn", options=(f"--mode={request.param}", QUICK)) as running:
        yield running
        assert "fault=" not in running.log


@pytest.fixture(autouse=True)
def _configured(site: LocalCloudFront, settings: Any) -> None:
    configure(settings, site.store, site.url, site.distribution_id)
    turn_on(settings)


def chequerboard() -> bytes:
    squares = Image.new("L", (64, 48))
    squares.putdata([255 * ((x + y) % 2) for y in range(48) for x in range(64)])
    body = io.BytesIO()
    squares.resize((640, 480), Image.Resampling.NEAREST).save(body, "PNG")
    return body.getvalue()


def seen(site: LocalCloudFront, url: str) -> str:
    """What a visitor sees: the image, a blurred one of the same size, or an error's code."""
    reply = ask(site.url, url.removeprefix(site.url), accept="image/webp,*/*")
    if reply.status != 200:
        return f"{reply.status} {reply.headers['x-imagehub-error']}"
    image = Image.open(io.BytesIO(reply.body)).convert("L")
    return "clear" if ImageStat.Stat(image).stddev[0] > 60 else "blurred"


def work_off_purges() -> None:
    waiting = Purge.objects.filter(state=Purge.State.QUEUED)
    assert waiting, "the change asks for a purge by itself"
    for row in waiting:
        tasks.run_purge(row.pk)


def pages(asset: Asset) -> list[str]:
    """URLs of a page that was rendered earlier, and others that people have kept."""
    key = f"/{asset.key}"
    return [img_url(asset, 300), img_url(asset, preset="board"), f"{key}?w=300", f"{key}?w=150&v=00000000", key]


def test_the_same_urls_follow_each_verdict_once_the_purge_is_done(site: LocalCloudFront) -> None:
    Preset(name="board", width=200).save()
    asset = make_asset("verdicts/board.png", chequerboard())
    old_page = pages(asset)
    assert [seen(site, url) for url in old_page] == ["clear"] * 5
    versions = {asset.version}

    def follow(wanted: str) -> None:
        work_off_purges()
        asset.refresh_from_db()
        versions.add(asset.version)
        assert [seen(site, url) for url in [*old_page, *pages(asset)]] == [wanted] * 10
        stored = {name.split("/")[3].partition(".")[0] for name in open_store(site.store).list(f"variants/{asset.key}")}
        assert stored == (set() if "404" in wanted else {asset.version})

    record(asset, *VIOLENCE)
    follow("blurred")
    decide(asset.pk, "withheld")
    follow("404 image_withheld")
    decide(asset.pk, "blurred")
    follow("blurred")
    decide(asset.pk, "approved")
    follow("clear")
    move_to_trash(asset.pk)
    follow("404 image_withheld")
    restore(asset.pk)
    follow("clear")
    assert len(versions) == 3, "shown, blurred and withheld"
    reply = ask(site.url, img_url(asset, 300).removeprefix(site.url), accept="image/webp,*/*")
    assert reply.headers["cache-control"] == IMMUTABLE


def test_what_is_known_to_be_flagged_is_never_seen_clearly(site: LocalCloudFront) -> None:
    first = make_asset("verdicts/first.png", chequerboard())
    record(first, *VIOLENCE)
    copy = make_asset("verdicts/copy.png", chequerboard())
    assert seen(site, img_url(copy, 300)) == "blurred"
    assert seen(site, "/verdicts/copy.png") == "blurred"
