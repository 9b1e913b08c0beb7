"""The manifest's revision counter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from assets.models import ManifestState
from assets.signals import manifest_outdated

pytestmark = pytest.mark.django_db


@pytest.fixture
def outdated() -> Iterator[list[str]]:
    """The databases whose manifest was announced as outdated."""
    databases: list[str] = []

    def note(using: str, **_: object) -> None:
        databases.append(using)

    manifest_outdated.connect(note)
    yield databases
    manifest_outdated.disconnect(note)


def test_before_the_first_change_nothing_is_pending() -> None:
    state = ManifestState.current()
    assert (state.requested_revision, state.is_pending, str(state)) == (0, False, "revision 0 of 0")
    assert not ManifestState.objects.exists()


def test_each_request_is_the_next_revision_and_is_announced(outdated: list[str]) -> None:
    assert [ManifestState.request_revision(), ManifestState.request_revision()] == [1, 2]
    assert outdated == ["default", "default"]
    assert ManifestState.current().is_pending


def test_a_revision_that_was_rolled_back_was_never_requested() -> None:
    with transaction.atomic():
        ManifestState.request_revision()
        transaction.set_rollback(True)
    assert ManifestState.request_revision() == 1


def test_an_earlier_publication_does_not_hide_a_later_one() -> None:
    for _ in range(3):
        ManifestState.request_revision()
    ManifestState.record_published(2)
    assert ManifestState.current().is_pending
    ManifestState.record_published(3)
    ManifestState.record_published(2)
    state = ManifestState.current()
    assert (state.published_revision, state.is_pending) == (3, False)
    assert state.published_at is not None


def test_choosing_another_fallback_image_is_a_change_and_choosing_the_same_one_is_not(outdated: list[str]) -> None:
    ManifestState.choose_fallback("photo.jpg")
    ManifestState.choose_fallback("photo.jpg")
    assert len(outdated) == 1
    assert ManifestState.is_fallback("photo.jpg")
    ManifestState.choose_fallback("")
    assert len(outdated) == 2
    assert not ManifestState.is_fallback("photo.jpg")
