"""The watermarks of presets: what is published, and when a preset gets another revision."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import ProtectedError

from assets import manifest, manifest_recovery, trash
from assets.bucket_recovery import RecoveredRow, recover
from assets.models import Asset, ManifestState, Preset, Purge
from assets.models.watermark import unusable
from edge.contract.manifest import PublishedPreset
from edge.contract.operations import make_operation
from edge.rendering import overlay_reader
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def logo() -> Asset:
    return make_asset("brand/logo.png", image_file("PNG"))


@pytest.fixture
def card(logo: Asset) -> Preset:
    return Preset.objects.create(name="card", width=300, watermark=logo, watermark_size=30)


def published(name: str = "card") -> PublishedPreset:
    return manifest.read().manifest.presets[name]


def replace_file(asset: Asset) -> None:
    asset.original = ContentFile(image_file("PNG", colour="navy"), name="new.png")
    asset.save()


def test_the_manifest_names_the_watermark_with_its_version(card: Preset, logo: Asset) -> None:
    expected = make_operation("watermark", key="brand/logo.png", version=logo.version, size=30)
    assert published() == PublishedPreset(card.revision, card.recipe, expected)


@pytest.mark.parametrize(
    "change",
    [
        {"watermark_corner": "center"},
        {"watermark_size": 31},
        {"watermark_margin": 0},
        {"watermark_opacity": 50},
        {"watermark": None},
        {"watermark_id": None},
    ],
    ids=lambda change: next(iter(change)),
)
@pytest.mark.parametrize("named", [True, False])
def test_every_change_of_it_has_a_new_revision_and_requests_a_purge(
    card: Preset, change: dict[str, Any], named: bool
) -> None:
    first = card.revision
    for name, value in change.items():
        setattr(card, name, value)
    card.save(update_fields=list(change) if named else None)
    card.refresh_from_db()
    assert card.revision > first
    assert published() == PublishedPreset(card.revision, card.recipe, card.mark)
    assert [purge.subject for purge in Purge.objects.filter(kind=Purge.Kind.PRESET)] == ["card"]


def test_what_a_save_does_not_name_has_no_new_revision(card: Preset) -> None:
    first, card.watermark_size = card.revision, 99
    card.save(update_fields=["archived"])
    card.refresh_from_db()
    assert (card.revision, card.watermark_size) == (first, 30)
    card.save()
    assert card.revision == first


def test_a_new_file_of_the_watermark_gives_its_presets_a_new_revision(card: Preset, logo: Asset) -> None:
    other = Preset.objects.create(name="plain", width=300)
    before = {"card": card.revision, "plain": other.revision}
    replace_file(logo)
    card.refresh_from_db()
    assert card.revision > before["card"]
    assert card.watermark_version == logo.version
    assert published() == PublishedPreset(card.revision, card.recipe, card.mark)
    assert published("plain").revision == before["plain"]
    assert Purge.objects.get(kind=Purge.Kind.PRESET).subject == "card"


def test_another_title_of_the_watermark_gives_no_new_revision(card: Preset, logo: Asset) -> None:
    logo.title = "Our mark"
    logo.save()
    assert published().revision == card.revision


def test_a_watermark_cannot_be_deleted_while_a_preset_has_it(card: Preset, logo: Asset) -> None:
    with pytest.raises(ProtectedError):
        logo.delete()
    card.watermark = None
    card.save()
    logo.delete()
    assert published().watermark is None


def test_a_watermark_in_the_trash_is_published_by_its_new_version_and_so_not_shown(card: Preset, logo: Asset) -> None:
    """The edge then replies 503, and never the image without its watermark."""
    trash.move_to_trash(logo.pk)
    logo.refresh_from_db()
    assert published().watermark == make_operation("watermark", key="brand/logo.png", version=logo.version, size=30)
    assert "not shown" in unusable(logo)


def test_what_nobody_would_see_is_no_watermark(logo: Asset, monkeypatch: pytest.MonkeyPatch) -> None:
    preset = Preset(name="card", width=300, watermark=logo)
    preset.full_clean()
    monkeypatch.setattr("assets.models.watermark.MAX_OVERLAY_BYTES", logo.bytes - 1)
    with pytest.raises(ValidationError, match="Choose a smaller file"):
        preset.full_clean()
    monkeypatch.setattr("assets.models.watermark.MAX_OVERLAY_BYTES", overlay_reader.MAX_OVERLAY_BYTES)
    for verdict in ("blurred", "withheld"):
        logo.verdict = verdict
        with pytest.raises(ValidationError, match="is not shown to visitors"):
            preset.full_clean()


def lose_the_database() -> None:
    for model in (Preset, Asset, ManifestState, Purge):
        model._base_manager.all()._raw_delete("default")


def test_a_preset_is_recovered_with_its_watermark(card: Preset) -> None:
    lose_the_database()
    rows = [RecoveredRow("image", "brand/logo.png"), RecoveredRow("preset", "card")]
    assert sorted(recover(dry_run=True), key=lambda row: row.kind) == rows
    assert not Preset.objects.exists()
    assert list(recover()) == rows
    found = Preset.objects.get()
    assert (found.revision, found.mark) == (card.revision, card.mark)
    assert list(recover()) == []


def test_a_preset_is_not_recovered_without_its_watermark(card: Preset, store: Any) -> None:
    lose_the_database()
    store.delete("originals/brand/logo.png")
    assert list(recover()) == [
        RecoveredRow("image", "brand/logo.png", "it was deleted just now"),
        RecoveredRow("preset", "card", "its watermark is missing"),
    ]
    assert not Preset.objects.exists()


def test_republishing_publishes_the_watermark_that_the_rows_have(card: Preset) -> None:
    Preset._base_manager.update(watermark_version="00000000", watermark_corner="center")
    assert manifest_recovery.republish() == ["card"]
    card.refresh_from_db()
    assert published() == PublishedPreset(card.revision, card.recipe, card.mark)
    assert card.watermark_version == Asset.objects.get().version
    assert manifest_recovery.republish() == []
