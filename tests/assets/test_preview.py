"""Pictures for reviewers: of the file that the row describes, clear or blurred."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageStat

from assets import preview as module
from assets.isolation import ProcessLimits
from assets.models import Asset
from assets.preview import SIDE, preview
from assets.trash import move_to_trash
from edge.contract.errors import SourceRefused
from edge.contract.original import original_object_key
from edge.storage.errors import Missing
from edge.storage.objects.store import Store
from tests.assets.images import image_file, make_asset
from tests.assets.publication_support import unwritable
from tests.edge.image.pictures import animation, noise

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]


def stripes(size: tuple[int, int] = (1600, 900), kind: str = "PNG") -> bytes:
    image = Image.new("L", size)
    image.putdata([255 * (x // 20 % 2) for _ in range(size[1]) for x in range(size[0])])
    body = io.BytesIO()
    image.convert("RGB").save(body, kind)
    return body.getvalue()


def opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    assert image.format == "JPEG"
    assert not image.getexif()
    return image.convert("L")


def test_a_picture_is_reduced_and_clear_only_if_it_is_asked_for() -> None:
    asset = make_asset("stripes.png", stripes())
    clear, blurred = (opened(preview(asset, blurred=each)) for each in (False, True))
    assert clear.size == blurred.size == (SIDE, 675)
    assert ImageStat.Stat(clear).stddev[0] > 100
    assert ImageStat.Stat(blurred).stddev[0] < 20


def test_what_visitors_do_not_see_reviewers_can() -> None:
    asset = make_asset("stripes.png", stripes())
    move_to_trash(asset.pk)
    assert ImageStat.Stat(opened(preview(Asset.objects.get(), blurred=False))).stddev[0] > 100


def test_of_an_animation_the_first_frame_is_shown() -> None:
    asset = make_asset("move.gif", animation("gif", [noise((40, 30), seed=seed) for seed in range(3)], duration=100))
    assert opened(preview(asset, blurred=False)).size == (40, 30)


def test_a_file_that_waits_to_be_published_is_the_one_that_is_reviewed(root: Path) -> None:
    asset = make_asset("stripes.png", stripes())
    with unwritable(root / "originals"):
        asset.original = ContentFile(image_file("PNG", (300, 200)), name="x")
        asset.save()
    asset.refresh_from_db()
    assert asset.incoming
    assert opened(preview(asset, blurred=False)).size == (300, 200)


def test_another_file_under_the_key_is_not_taken_for_it(store: Store) -> None:
    asset = make_asset("stripes.png", stripes())
    store.put(original_object_key(asset.key), image_file("PNG"), content_type="image/png")
    with pytest.raises(Missing, match="the file of"):
        preview(asset, blurred=True)
    store.delete(original_object_key(asset.key))
    with pytest.raises(Missing):
        preview(asset, blurred=True)


def test_a_picture_that_needs_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, settings: Any, root: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(root)
    asset = make_asset("stripes.png", stripes())
    monkeypatch.setattr(module, "LIMITS", ProcessLimits(memory=70 << 20, seconds=20))
    with pytest.raises(SourceRefused):
        preview(asset, blurred=True)
    assert [path.name for path in root.iterdir() if path.name.startswith("tmp")] == []
