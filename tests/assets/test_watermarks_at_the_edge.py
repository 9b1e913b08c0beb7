"""From an editor's choice of a watermark to the images that visitors get."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from assets import trash
from assets.models import Asset, Preset
from edge import origin_response
from edge.contract.variant_key import VariantKey
from edge.rendering.open_responder import open_responder
from tests.assets.images import image_file, make_asset
from tests.edge.events import origin_response as event
from tests.edge.originals import POLICY, code_of, decoded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _revalidated(monkeypatch: pytest.MonkeyPatch) -> None:
    open_responder.cache_clear()
    monkeypatch.setattr("edge.storage.manifest_cache.PRESET_SECONDS", 0)


def visit(root: Path, asset: Asset, preset: Preset) -> Any:
    asset.refresh_from_db()
    preset.refresh_from_db()
    uri = VariantKey(asset.key, asset.version, POLICY.rev, f"p.{preset.name}.{preset.revision}", "png").uri
    return origin_response.handler(event(uri, root.as_uri()), None)


def colour(response: Any) -> str:
    """That of the watermark, in the middle of the image."""
    assert response["status"] == "200", response["body"]
    image = decoded(response).convert("RGB")
    red, green, blue = image.getpixel((image.width // 2, image.height // 2 + 3))  # type: ignore[misc]  # RGB
    names = {"red": red > 150, "green": green > 100, "blue": blue > 150}
    return " and ".join(name for name, found in names.items() if found)


def test_visitors_see_the_watermark_that_the_preset_has_now(root: Path) -> None:
    photo, logo = (
        make_asset("photo.jpg", image_file(colour="teal")),
        make_asset("logo.png", image_file("PNG", colour="red")),
    )
    preset = Preset.objects.create(
        name="card", width=40, watermark=logo, watermark_corner="center", watermark_size=90, watermark_margin=0
    )
    assert colour(visit(root, photo, preset)) == "red"

    logo.original = ContentFile(image_file("PNG", colour="blue"), name="new.png")
    logo.save()
    assert colour(visit(root, photo, preset)) == "blue"

    trash.move_to_trash(logo.pk)
    response = visit(root, photo, preset)
    assert (response["status"], code_of(response)) == ("503", "overlay_unavailable")

    trash.restore(logo.pk)
    assert colour(visit(root, photo, preset)) == "blue"

    preset.watermark = None
    preset.save()
    assert colour(visit(root, photo, preset)) == "green"
