"""Publishing the manifest: once for each change, without a lock, and never an earlier one over a later one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from assets import fallback, manifest
from assets.models import ManifestState, Preset
from assets.storage import object_store
from edge.contract.manifest import FALLBACK_PREFIX, OBJECT_KEY, Manifest
from edge.contract.recipe import Recipe
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.store import Store
from tests.assets.images import make_asset

pytestmark = pytest.mark.django_db(transaction=True)


def published() -> Manifest:
    return Manifest.parse(object_store().get(OBJECT_KEY).body)


@pytest.fixture
def puts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The object keys that are written."""
    keys: list[str] = []
    put = type(object_store()).put

    def noted(store: Any, object_key: str, *args: Any, **options: Any) -> Any:
        keys.append(object_key)
        return put(store, object_key, *args, **options)

    monkeypatch.setattr(type(object_store()), "put", noted)
    return keys


@pytest.fixture
def before_first_put(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Lets something happen between what a publisher has read and what it writes."""

    def interrupt(action: Callable[[], object]) -> None:
        store = type(object_store())
        put = store.put

        def interrupted(*args: Any, **options: Any) -> Any:
            monkeypatch.setattr(store, "put", put)
            action()
            return put(*args, **options)

        monkeypatch.setattr(store, "put", interrupted)

    return interrupt


def test_changes_are_published_on_commit_once(puts: list[str]) -> None:
    with transaction.atomic():
        Preset(name="one", width=300).save()
        Preset(name="two", width=300).save()
        Preset.objects.get(name="one").delete()
        assert puts == []
    assert puts == [OBJECT_KEY]
    assert (published().revision, list(published().presets)) == (3, ["two"])


def test_nothing_is_published_after_a_rollback(puts: list[str]) -> None:
    with transaction.atomic():
        Preset(name="card", width=300).save()
        transaction.set_rollback(True)
    assert not manifest.publish()
    assert puts == []


def test_what_is_published_is_not_written_again(puts: list[str]) -> None:
    Preset(name="card", width=300).save()
    assert not manifest.publish()
    assert puts == [OBJECT_KEY]


def test_a_publication_that_was_not_noted_in_the_database_is_not_written_twice(puts: list[str]) -> None:
    """The process was killed between the two."""
    Preset(name="card", width=300).save()
    ManifestState.objects.update(published_revision=0)
    assert manifest.publish()
    assert puts == [OBJECT_KEY]
    assert not ManifestState.current().is_pending


@pytest.fixture(params=["directory", pytest.param("s3", marks=pytest.mark.s3)])
def storage(request: pytest.FixtureRequest) -> None:
    """A directory, and a bucket of a real S3 server."""
    if request.param == "s3":
        request.getfixturevalue("s3_bucket")


@pytest.mark.usefixtures("storage")
@pytest.mark.parametrize("first", [True, False], ids=["first manifest", "later manifest"])
def test_an_earlier_publication_never_replaces_a_later_one(
    first: bool, before_first_put: Callable[[Callable[[], object]], None]
) -> None:
    if not first:
        Preset(name="zero", width=100).save()
    seen: list[int] = []

    def overtake() -> None:
        Preset(name="later", width=200).save()  # which publishes
        seen.append(published().revision)

    before_first_put(overtake)
    Preset(name="earlier", width=300).save()
    assert seen == [ManifestState.current().requested_revision]
    assert published().revision == seen[0]
    assert {"earlier", "later"} <= set(published().presets)
    assert not ManifestState.current().is_pending


def test_a_publication_that_others_overtake_again_and_again_gives_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(type(object_store()), "put", lambda *_, **__: None)
    ManifestState.request_revision()
    assert "written by others 10 times" in caplog.text, "a task tries again"
    with pytest.raises(StorageUnavailable):
        manifest.publish()


def test_while_the_fallback_image_is_chosen_again_its_old_copy_is_deleted_and_the_new_one_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One publisher deletes what it has replaced after another has published the same image again."""
    asset = make_asset()
    ManifestState.choose_fallback(asset.key)
    delete_stale = fallback.delete_stale

    def overtaken(*args: Any) -> None:
        monkeypatch.setattr(fallback, "delete_stale", delete_stale)
        ManifestState.choose_fallback(asset.key)
        delete_stale(*args)

    monkeypatch.setattr(fallback, "delete_stale", overtaken)
    ManifestState.choose_fallback("")
    named = published().fallback
    assert named is not None
    assert list(store.list(FALLBACK_PREFIX)) == [named.object_key]


def test_a_manifest_that_cannot_be_read_is_replaced(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.put(OBJECT_KEY, b"{", content_type="application/json")
    with caplog.at_level(logging.WARNING):
        Preset(name="card", width=300).save()
    assert published().presets["card"].recipe == Recipe(300)
    assert "cannot be read and will be replaced" in caplog.text


def test_a_manifest_of_an_earlier_database_is_replaced_though_its_revision_is_higher(store: Store) -> None:
    store.put(OBJECT_KEY, Manifest(revision=50).as_json(), content_type="application/json")
    Preset(name="card", width=300).save()
    assert published().revision == 1


def test_a_failed_deletion_of_an_old_fallback_image_is_tried_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ManifestState.choose_fallback(make_asset().key)

    def fail(*_: Any) -> None:
        raise StorageUnavailable("S3 does not answer.")

    with monkeypatch.context() as patched:
        patched.setattr(type(store), "delete", fail)
        ManifestState.choose_fallback("")
    assert ManifestState.current().is_pending
    assert manifest.publish()
    assert not list(store.list(FALLBACK_PREFIX))


def test_if_storage_is_unavailable_the_change_is_saved_and_published_later(root: Path) -> None:
    elsewhere = root.with_name("elsewhere")
    root.rename(elsewhere)
    preset = Preset(name="card", width=300)
    preset.save()
    assert ManifestState.current().is_pending
    with pytest.raises(StorageUnavailable):
        manifest.publish()
    elsewhere.rename(root)
    assert manifest.publish()
    assert published().presets["card"].revision == preset.revision
