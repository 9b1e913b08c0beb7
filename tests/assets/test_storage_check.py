"""What database and storage do not agree on, and what is done about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets import tasks
from assets.models import Asset, Purge
from assets.storage_check import FIXES, Finding, Problem, find, fix
from edge.storage.objects.store import Store
from tests.assets.images import make_asset
from tests.assets.publication_support import facts, facts_of, make_old, unwritable
from tests.assets.purge_support import originals, put_original

pytestmark = pytest.mark.django_db(transaction=True)

State = Asset.State


def test_each_problem_has_its_fix_or_none() -> None:
    assert set(FIXES) == set(Problem)


def test_what_agrees_is_no_finding() -> None:
    make_asset("a.jpg")
    make_asset("folder/é +.jpg")
    assert list(find()) == []


def test_an_image_without_an_original_is_marked_for_its_editor(store: Store) -> None:
    asset = make_asset("a.jpg")
    make_asset("b.jpg")
    store.delete("originals/a.jpg")
    finding = Finding("a.jpg", Problem.NO_ORIGINAL)
    assert list(find()) == [finding]
    assert not fix(finding), "only an editor can"
    row = Asset.objects.get(pk=asset.pk)
    assert (row.state, "missing from storage" in row.publish_error) == (State.FAILED, True)
    assert list(find()) == [finding]


def test_a_file_that_waits_is_published(root: Path) -> None:
    with unwritable(root / "originals"):
        make_asset("a.jpg")
    finding = Finding("a.jpg", Problem.NOT_PUBLISHED)
    assert list(find()) == [finding]
    assert fix(finding)
    assert list(find()) == []


def test_an_original_without_an_image_is_deleted_by_a_purge(store: Store) -> None:
    put_original("a.jpg", version="1f2e3d4c")
    finding = Finding("a.jpg", Problem.NO_ROW)
    assert list(find()) == [finding]
    assert fix(finding)
    assert list(find()) == [], "its deletion is under way"
    tasks.run_purge(Purge.objects.get().pk)
    assert originals() == []


def test_keys_that_differ_in_a_letters_case_are_two(store: Store) -> None:
    make_asset("a.jpg")
    put_original("A.jpg", version="1f2e3d4c")
    assert list(find()) == [Finding("A.jpg", Problem.NO_ROW)]


def test_a_file_that_was_copied_into_storage_is_reported_and_kept() -> None:
    put_original("a.jpg")
    finding = Finding("a.jpg", Problem.COPIED)
    assert list(find()) == [finding]
    assert not fix(finding)
    assert originals() == ["originals/a.jpg"]
    assert not Purge.objects.exists()


def test_an_image_that_was_deleted_since_needs_no_fix() -> None:
    make_asset("a.jpg").delete()
    assert fix(Finding("a.jpg", Problem.NO_ORIGINAL))


def test_an_image_of_an_earlier_release_gets_its_placeholder_and_its_size(store: Store) -> None:
    asset = make_asset("a.jpg")
    make_old(asset, store)
    finding = Finding("a.jpg", Problem.NO_PLACEHOLDER)
    assert list(find()) == [finding]
    assert fix(finding)
    assert list(find()) == []
    assert facts(store, "a.jpg") == facts_of(asset)
