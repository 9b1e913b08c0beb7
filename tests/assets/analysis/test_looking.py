"""From an upload to the metadata that the edge reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from assets import isolation, tasks
from assets.analysis import faces, looking, picture
from assets.analysis.analyser import analyser
from assets.analysis.seen import Label, Seen
from assets.isolation import ProcessLimits
from assets.models import Analysis, Asset, Collection, Purge
from edge.contract.original import original_object_key
from edge.storage.objects.store import Store
from tests.assets.analysis.photographs import astronaut, coffee
from tests.assets.images import analysed_collection, image_file, make_asset
from tests.assets.job_support import Message
from tests.assets.publication_support import facts

pytestmark = pytest.mark.django_db(transaction=True)

State = Analysis.State
KEY = "photos/beach.jpg"


@pytest.fixture(autouse=True)
def _faces(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}


def upload(key: str = KEY, body: bytes | None = None) -> Asset:
    """An image in an analysed collection."""
    return make_asset(key, body or astronaut(), collection=analysed_collection())


def look(sha256: str) -> Analysis:
    row = Analysis.objects.get(sha256=sha256)
    tasks.run_analysis(row.pk)
    row.refresh_from_db()
    return row


def test_an_upload_is_looked_at_by_a_task_and_published_before(sent: list[Message], store: Store) -> None:
    asset = upload()
    assert [message.task for message in sent] == ["assets.tasks.run_analysis"]
    published = facts(store)
    assert published is not None
    assert (published.version, published.faces) == (asset.version, None)


def test_faces_reach_the_edge_with_a_new_version_and_a_purge(sent: list[Message], store: Store) -> None:
    asset = upload()
    row = look(asset.sha256)
    assert (row.state, row.model_versions) == (State.DONE, {"yunet": "2023mar"})
    before = asset.version
    asset.refresh_from_db()
    published = facts(store)
    assert published is not None
    assert published.faces == (tuple(row.faces[0]),)
    assert asset.faces == row.faces
    assert published.version == asset.version != before
    purge = Purge.objects.get()
    assert (purge.subject, purge.action) == (KEY, Purge.Action.DELETE_VARIANTS)


def test_no_face_is_remembered_and_changes_no_version(sent: list[Message], store: Store) -> None:
    asset = upload(body=coffee())
    look(asset.sha256)
    before = asset.version
    asset.refresh_from_db()
    published = facts(store)
    assert published is not None
    assert (asset.faces, published.faces, published.version) == ([], (), before)
    assert not Purge.objects.exists()


def test_a_second_upload_of_the_same_file_is_known_at_once(sent: list[Message], store: Store) -> None:
    first = upload()
    look(first.sha256)
    sent.clear()
    second = upload("photos/again.jpg")
    assert second.faces == Asset.objects.get(pk=first.pk).faces
    assert Analysis.objects.count() == 1
    assert "assets.tasks.run_analysis" not in [message.task for message in sent]


def test_two_images_with_one_file_wait_for_one_look(sent: list[Message]) -> None:
    for key in (KEY, "photos/again.jpg"):
        upload(key)
    row = look(Asset.objects.all()[0].sha256)
    assert Analysis.objects.count() == 1
    assert [asset.faces for asset in Asset.objects.all()] == [row.faces, row.faces]


def test_an_image_that_is_saved_while_a_worker_records_shows_what_was_seen(sent: list[Message], store: Store) -> None:
    first = upload()
    with transaction.atomic():
        second = upload("photos/again.jpg")
        # As if the worker were done before the commit: it does not see the second image.
        Analysis.objects.filter(sha256=first.sha256).update(state=State.DONE, faces=[[1, 2, 3, 4]])
    second.refresh_from_db()
    assert second.faces == [[1, 2, 3, 4]]
    published = facts(store, "photos/again.jpg")
    assert published is not None
    assert published.faces == ((1, 2, 3, 4),)


def test_an_image_whose_row_was_deleted_at_that_moment_is_looked_at(
    sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker may delete it that has just found no image in an analysed collection."""
    first = upload()
    gone = Analysis.objects.get().pk
    find = looking._locked

    def delete_first(pk: int, sha256: str) -> Analysis | None:
        Analysis.objects.filter(pk=gone).delete()
        return find(pk, sha256)

    monkeypatch.setattr(looking, "_locked", delete_first)
    upload("photos/again.jpg")
    row = Analysis.objects.get()
    assert (row.sha256, row.state) == (first.sha256, State.QUEUED)
    assert row.pk != gone
    assert sent[-1] == Message("assets.tasks.run_analysis", (row.pk,), waits=False)


def test_two_workers_with_the_same_message_look_once(sent: list[Message], monkeypatch: pytest.MonkeyPatch) -> None:
    asset = upload()
    row = Analysis.objects.get()
    looked = []
    inner = analyser("faces")

    class Rival:
        def paid_calls(self, picture: Any) -> tuple[str, ...]:
            return inner.paid_calls(picture)

        def look(self, picture: Any, once: Any) -> Any:
            looked.append(picture)
            tasks.run_analysis(row.pk)  # the second worker's message, while this one looks
            return inner.look(picture, once)

    monkeypatch.setattr(looking, "analyser", lambda _: Rival())
    look(asset.sha256)
    assert len(looked) == 1


def test_a_focal_point_keeps_the_faces_and_faces_keep_the_focal_point(sent: list[Message], store: Store) -> None:
    asset = upload()
    stale = Asset.objects.get(pk=asset.pk)
    look(asset.sha256)
    stale.focal_x, stale.focal_y = 100, 200
    stale.save()
    published = facts(store)
    assert published is not None
    assert published.focal == (100, 200)
    assert published.faces
    looking.record(Analysis.objects.get(), Seen())
    published = facts(store)
    assert published is not None
    assert (published.focal, published.faces) == ((100, 200), ())


def test_a_new_file_starts_again(sent: list[Message], store: Store) -> None:
    asset = upload()
    look(asset.sha256)
    asset.refresh_from_db()
    asset.original = ContentFile(image_file(), name="x")
    asset.save()
    assert asset.faces is None
    published = facts(store)
    assert published is not None
    assert published.faces is None
    assert Analysis.objects.filter(sha256=asset.sha256, state=State.QUEUED).exists()


def test_what_was_seen_goes_with_the_last_image_that_has_the_file(sent: list[Message]) -> None:
    first, second = (upload(key) for key in (KEY, "photos/again.jpg"))
    look(first.sha256)
    first.delete()
    assert Analysis.objects.exists()
    second.delete()
    assert not Analysis.objects.exists()


def test_an_image_that_is_gone_leaves_nothing_to_look_at(sent: list[Message]) -> None:
    asset = upload()
    row = Analysis.objects.get()
    with transaction.atomic():
        Asset._base_manager.filter(pk=asset.pk)._raw_delete(using="default")
    tasks.run_analysis(row.pk)
    assert not Analysis.objects.exists()


def test_an_original_that_is_not_in_storage_yet_is_tried_again(sent: list[Message], store: Store) -> None:
    asset = upload()
    store.delete(original_object_key(KEY))
    row = look(asset.sha256)
    assert (row.state, row.attempts) == (State.QUEUED, 1)
    assert "not in storage" in row.error


def test_an_analyser_that_fails_blocks_nothing(
    sent: list[Message], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = upload()
    monkeypatch.setattr(faces, "_LIMITS", ProcessLimits(memory=150 << 20, seconds=30))
    row = look(asset.sha256)
    assert row.state == State.FAILED
    assert "could not be looked for" in row.error
    asset.refresh_from_db()
    assert (asset.faces, asset.state) == (None, Asset.State.PUBLISHED)


@pytest.mark.parametrize("signal_number", [9, 11], ids=["killed", "crashes"])
def test_a_child_process_that_dies_blocks_no_upload(
    sent: list[Message], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, signal_number: int
) -> None:
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "cv2.py").write_text(f"import os; os.kill(os.getpid(), {signal_number})")
    monkeypatch.syspath_prepend(tmp_path / "modules")
    asset = upload()
    row = look(asset.sha256)
    assert (row.state, row.attempts) == (State.FAILED, 1)
    assert row.error.startswith("Faces could not be looked for: ")
    asset.refresh_from_db()
    assert (asset.faces, asset.state) == (None, Asset.State.PUBLISHED)


def test_a_process_that_cannot_be_started_is_tried_again(sent: list[Message], monkeypatch: pytest.MonkeyPatch) -> None:
    asset = upload()
    monkeypatch.setattr(isolation, "python", lambda: "/nowhere/python")
    row = look(asset.sha256)
    assert (row.state, row.attempts) == (State.QUEUED, 1)
    assert "could not be started" in row.error


def test_a_worker_that_ends_while_it_records_leaves_the_look_to_the_next(
    sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = upload()
    row = Analysis.objects.get()
    with monkeypatch.context() as patch:
        patch.setattr(Asset, "save", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            tasks.run_analysis(row.pk)
    row.refresh_from_db()
    assert (row.state, row.faces) == (State.RUNNING, [])
    looking.run(row)
    asset.refresh_from_db()
    assert len(asset.faces or []) == 1


def _interrupted(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_without_an_analyser_nobody_looks(settings: Any, sent: list[Message]) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": ""}
    upload()
    assert not Analysis.objects.exists()


def test_only_images_of_analysed_collections_are_looked_at(sent: list[Message]) -> None:
    make_asset(body=astronaut())
    make_asset("in/a.jpg", astronaut(), collection=Collection.objects.create(name="Private"))
    assert not Analysis.objects.exists()


def test_a_move_to_an_analysed_collection_asks_for_a_look(sent: list[Message]) -> None:
    asset = make_asset(body=astronaut())
    asset.title = "Not moved"
    asset.save()
    asset.collection = analysed_collection()
    asset.save(update_fields=["title"])
    assert not Analysis.objects.exists()
    asset.save()
    assert [message.task for message in sent] == ["assets.tasks.run_analysis"]
    assert look(asset.sha256).state == State.DONE
    asset.refresh_from_db()
    assert asset.faces


def test_a_copy_in_another_collection_lets_nobody_look_and_learns_what_was_seen(sent: list[Message]) -> None:
    make_asset("private.jpg", astronaut())
    assert not Analysis.objects.exists()
    look(upload().sha256)
    assert len(Asset.objects.get(key="private.jpg").faces or []) == 1


@pytest.mark.parametrize("how", ["moved out", "switched off", "collection deleted", "no analyser"])
def test_an_image_that_may_no_longer_be_looked_at_when_its_turn_comes_is_not(
    how: str, sent: list[Message], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = upload()
    row, collection = Analysis.objects.get(), Collection.objects.get()
    if how == "moved out":
        asset.collection = None
        asset.save()
    elif how == "switched off":
        collection.analysed = False
        collection.save()
    elif how == "collection deleted":
        collection.delete()
    else:
        settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": ""}
    monkeypatch.setattr(picture, "reduce", None)  # nothing may get so far
    tasks.run_analysis(row.pk)
    assert not Analysis.objects.exists()
    asset.refresh_from_db()
    assert asset.faces is None


def test_what_was_seen_stays_with_a_file_that_leaves_its_collection(sent: list[Message]) -> None:
    asset = upload()
    look(asset.sha256)
    asset.refresh_from_db()
    faces, version = asset.faces, asset.version
    asset.collection = None
    asset.save()
    assert (asset.faces, asset.version) == (faces, version)
    assert Analysis.objects.get().state == State.DONE


def test_words_are_searchable_as_they_are_seen(sent: list[Message]) -> None:
    asset = upload()
    looking.record(Analysis.objects.get(), Seen(text="OPEN\nStra\u00dfe", labels=(Label("Dining Table", 99.0),)))
    assert Analysis.objects.get(sha256=asset.sha256).words == "open strasse dining table"
