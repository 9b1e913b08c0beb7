"""The cached revisions: a template needs no query, and other processes' changes arrive all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import OperationalError, connection, transaction

from assets import preset_revisions
from assets.models import Preset

pytestmark = pytest.mark.django_db


@pytest.fixture
def card() -> Preset:
    preset = Preset(name="card", revision=3)
    Preset._base_manager.bulk_create([preset])  # as another process would: without a signal here
    return preset


def elsewhere(revision: int) -> None:
    """Another process changes the revision."""
    Preset._base_manager.filter(name="card").update(revision=revision)


def next_request() -> None:
    request_started.send(sender=None)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cached revisions expire at once."""
    monkeypatch.setattr(preset_revisions, "KEEP_SECONDS", 0)


def test_the_database_is_read_once(card: Preset, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert [preset_revisions.revision("card"), preset_revisions.revision("card"), preset_revisions.names()] == [
            3,
            3,
            ["card"],
        ]


def test_a_process_that_shows_no_presets_never_queries(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        next_request()


def test_a_save_in_this_process_is_seen_at_once(card: Preset, django_assert_num_queries: Any) -> None:
    before = preset_revisions.revision("card")
    card.width = 77
    card.save()
    with django_assert_num_queries(0):
        assert preset_revisions.revision("card") == card.revision != before


def test_a_new_preset_is_seen_at_once(card: Preset) -> None:
    preset_revisions.names()
    Preset.objects.create(name="another")
    assert preset_revisions.names() == ["another", "card"]


def test_a_deletion_is_seen_at_once(card: Preset) -> None:
    preset_revisions.revision("card")
    card.delete()
    assert preset_revisions.names() == []
    with pytest.raises(LookupError):
        preset_revisions.revision("card")


def test_a_change_by_another_process_arrives_with_a_later_request(card: Preset, at_once: None) -> None:
    preset_revisions.revision("card")
    elsewhere(8)
    assert preset_revisions.revision("card") == 3
    next_request()
    assert preset_revisions.revision("card") == 8


def test_within_two_seconds_a_request_does_not_query(card: Preset, django_assert_num_queries: Any) -> None:
    preset_revisions.revision("card")
    elsewhere(8)
    with django_assert_num_queries(0):
        next_request()
        assert preset_revisions.revision("card") == 3


def test_a_refresh_is_one_query(card: Preset, at_once: None, django_assert_num_queries: Any) -> None:
    preset_revisions.revision("card")
    with django_assert_num_queries(1):
        next_request()


def test_a_change_that_is_rolled_back_is_gone_by_the_next_request(card: Preset) -> None:
    assert preset_revisions.revision("card") == 3
    with transaction.atomic():
        card.width = 77
        card.save()
        assert preset_revisions.revision("card") == card.revision != 3
        transaction.set_rollback(True)
    next_request()
    assert preset_revisions.revision("card") == 3


def test_a_refresh_before_the_commit_does_not_hide_the_change(
    card: Preset, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    preset_revisions.revision("card")
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        card.width = 77
        card.save()
        preset_revisions._cache.change("card", 3)  # what another thread still read in the database
    assert callbacks
    assert preset_revisions.revision("card") == card.revision


def test_an_unknown_name_is_looked_up_in_the_database_again(card: Preset) -> None:
    preset_revisions.revision("card")
    Preset._base_manager.bulk_create([Preset(name="new", revision=9)])
    assert preset_revisions.revision("new") == 9


def test_a_name_that_does_not_exist_is_a_lookup_error(card: Preset) -> None:
    with pytest.raises(LookupError):
        preset_revisions.revision("crad")


def test_if_the_database_is_unavailable_the_cache_is_kept(card: Preset, at_once: None) -> None:
    def unavailable(*_: Any) -> None:
        raise OperationalError("the database is unavailable")

    preset_revisions.revision("card")
    with connection.execute_wrapper(unavailable):
        next_request()
        assert preset_revisions.revision("card") == 3


@pytest.mark.django_db(transaction=True)
def test_an_async_view_can_fill_the_cache() -> None:
    Preset.objects.create(name="card")

    async def view() -> list[str]:
        return preset_revisions.names()

    preset_revisions.clear()
    assert asyncio.run(view()) == ["card"]
