"""A database that was lost comes back from the bucket, and no URL changes."""

from __future__ import annotations

import pytest

from assets import manifest
from assets.bucket_recovery import RecoveredRow, recover
from assets.links import img_url
from assets.models import Asset, ManifestState, Preset, Purge, Review
from assets.reviews import decide
from assets.trash import move_to_trash
from edge.contract.manifest import Manifest, PublishedPreset
from edge.contract.original import original_object_key
from edge.contract.recipe import Recipe
from edge.storage.objects.store import Store
from tests.assets.images import image_file, make_asset
from tests.assets.publication_support import facts
from tests.assets.purge_support import put_original

pytestmark = pytest.mark.django_db(transaction=True)


def lose_the_database() -> None:
    """Without signals, as if another, empty database were used."""
    for model in (Review, Asset, Preset, ManifestState, Purge):
        model._base_manager.all()._raw_delete("default")


@pytest.fixture
def lost() -> dict[str, str]:
    """URLs of images and presets that have no row any more."""
    photo = make_asset("photos/a é.jpg", focal_x=310, focal_y=420)
    drawing = make_asset("b.png", image_file("PNG"))
    Preset.objects.create(name="card", width=300, height=200, quality=70)
    changed = Preset.objects.create(name="wide", height=100, fit="inside", bg="00000080")
    changed.height = 120
    changed.save()
    urls = {
        "photo": img_url(photo),
        "card": img_url(photo, preset="card"),
        "wide": img_url(drawing, preset="wide"),
    }
    lose_the_database()
    return urls


def test_images_and_presets_have_the_urls_that_they_had(lost: dict[str, str]) -> None:
    assert list(recover()) == [
        RecoveredRow("preset", "card"),
        RecoveredRow("preset", "wide"),
        RecoveredRow("image", "b.png"),
        RecoveredRow("image", "photos/a é.jpg"),
    ]
    photo, drawing = Asset.objects.get(key="photos/a é.jpg"), Asset.objects.get(key="b.png")
    again = {
        "photo": img_url(photo),
        "card": img_url(photo, preset="card"),
        "wide": img_url(drawing, preset="wide"),
    }
    assert again == lost
    assert (photo.state, photo.focal, photo.width, photo.height) == (Asset.State.PUBLISHED, (310, 420), 60, 40)
    assert not Purge.objects.exists()
    assert list(recover()) == []


def test_what_visitors_must_not_see_stays_hidden(store: Store) -> None:
    blurred, withheld, trashed = (make_asset(f"{name}.jpg") for name in ("blurred", "withheld", "trashed"))
    decide(blurred.pk, "blurred")
    decide(withheld.pk, "withheld")
    move_to_trash(trashed.pk)
    before = list(Asset.objects.order_by("key").values_list("key", "version"))
    lose_the_database()
    list(recover())
    assert list(Asset.objects.order_by("key").values_list("key", "version")) == before
    verdicts = Asset.objects.order_by("key").values_list("key", "verdict")
    assert list(verdicts) == [("blurred.jpg", "blurred"), ("trashed.jpg", "withheld"), ("withheld.jpg", "withheld")]
    for key, verdict in verdicts:
        found = facts(store, key)
        assert found is not None
        assert found.verdict == verdict


def test_the_manifest_in_the_bucket_keeps_its_presets(lost: dict[str, str]) -> None:
    before = manifest.read().manifest
    list(recover())
    after = manifest.read().manifest
    assert after.presets == before.presets
    assert after.revision > before.revision
    # The next change of a preset gets a revision that was never used.
    card = Preset.objects.get(name="card")
    card.width = 301
    card.save()
    assert card.revision > before.revision


def test_a_dry_run_changes_nothing(lost: dict[str, str]) -> None:
    before = manifest.read()
    assert [row.name for row in recover(dry_run=True)] == ["card", "wide", "b.png", "photos/a é.jpg"]
    assert not Asset.objects.exists()
    assert not Preset.objects.exists()
    assert manifest.read() == before


def test_rows_of_an_older_backup_stay_as_they_are(lost: dict[str, str]) -> None:
    list(recover())
    Asset.objects.update(title="Kept")
    Asset._base_manager.filter(key="b.png")._raw_delete("default")
    assert [row.name for row in recover()] == ["b.png"]
    assert Asset.objects.get(key="photos/a é.jpg").title == "Kept"


def test_copies_and_damaged_originals_are_not_made_images(store: Store) -> None:
    put_original("copied.jpg")
    put_original("damaged.jpg", version="1f2e3d4c")
    store.put(
        original_object_key("damaged.jpg"), b"%PDF-1.7", content_type="image/jpeg", metadata={"version": "1f2e3d4c"}
    )
    (row,) = recover()
    assert (row.name, Asset.objects.exists()) == ("damaged.jpg", False)
    assert row.problem.startswith("This is a PDF. Export it as JPEG")


def test_a_preset_with_options_that_no_preset_has_is_left_out(store: Store) -> None:
    published = {"odd": PublishedPreset(3, Recipe(width=300, blur=5)), "card": PublishedPreset(4, Recipe(width=200))}
    store.put("config/edge.json", Manifest(9, published).as_json(), content_type="application/json")
    rows = {row.name: row.problem for row in recover()}
    assert rows == {"card": "", "odd": "its recipe has options that presets do not have"}
    assert [(row.name, row.revision) for row in Preset.objects.all()] == [("card", 4)]
