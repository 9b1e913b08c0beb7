"""Publishing again after rows came from a dump: no revision ever stands for two recipes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from assets import manifest, manifest_recovery
from assets.models import ManifestState, Preset, Purge
from edge.contract.manifest import Manifest
from edge.contract.recipe import Recipe
from edge.storage.objects.store import Store

pytestmark = pytest.mark.django_db(transaction=True)

DUMPED = ("imagehub.preset", "imagehub.manifeststate")


def dump(path: Path) -> Path:
    call_command("dumpdata", *DUMPED, output=str(path), verbosity=0)
    return path


def restore(path: Path) -> None:
    Preset._base_manager.all()._raw_delete("default")  # without signals, as psql would
    ManifestState.objects.all().delete()
    call_command("loaddata", str(path), verbosity=0)


@pytest.fixture
def restored(tmp_path: Path) -> dict[str, int]:
    """A backup in which kept is as published, and changed is as it was before. Returns the published revisions."""
    kept, changed = Preset.objects.create(name="kept", width=300), Preset.objects.create(name="changed", width=300)
    backup = dump(tmp_path / "backup.json")
    for width in (400, 600):
        changed.width = width
        changed.save()
    Purge.objects.all().delete()
    restore(backup)
    return {"kept": kept.revision, "changed": changed.revision}


def test_a_restored_preset_gets_a_revision_that_was_never_used(restored: dict[str, int], store: Store) -> None:
    assert manifest.read().manifest.presets["changed"].recipe == Recipe(600)
    assert manifest_recovery.republish() == ["changed"]
    found = manifest.read().manifest
    assert found.presets["kept"].revision == restored["kept"]
    assert found.presets["changed"].recipe == Recipe(300)
    assert found.presets["changed"].revision > restored["changed"]
    assert Preset.objects.get(name="changed").revision == found.presets["changed"].revision
    assert [(row.kind, row.subject, row.reason) for row in Purge.objects.all()] == [("preset", "changed", "changed")]


def test_the_next_change_gets_a_later_one(restored: dict[str, int]) -> None:
    manifest_recovery.republish()
    published = manifest.read().manifest.revision
    assert Preset.objects.create(name="new", width=50).revision > published > restored["changed"]


def test_once_published_nothing_is_renewed(restored: dict[str, int]) -> None:
    manifest_recovery.republish()
    Purge.objects.all().delete()
    assert manifest_recovery.republish() == []
    assert not Purge.objects.exists()


@pytest.mark.parametrize("body", [None, b"{"])
def test_rows_of_another_project_are_published_without_any_manifest(store: Store, body: Any) -> None:
    Preset._base_manager.create(name="card", width=300)
    store.delete("config/edge.json")
    if body:
        store.put("config/edge.json", body, content_type="application/json")
    assert manifest.read().manifest == Manifest(0, {}, None)
    assert manifest_recovery.republish() == ["card"]
    assert manifest.read().manifest.presets["card"].recipe == Recipe(300)
