"""Files of forms that were not saved: kept for one user of one session, for a day."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.backends.cache import SessionStore
from django.core.files.base import ContentFile

from assets import kept_uploads
from edge.storage.objects.store import Store
from tests.machine import full_disk


def photo(body: bytes = b"photo") -> Any:
    return ContentFile(body, name="beach.jpg")


def kept(store: Store) -> list[str]:
    return list(store.list("incoming/"))


def test_a_file_comes_back_with_its_name(store: Store) -> None:
    session = SessionStore()
    kept_id = kept_uploads.keep(session, 7, photo(), "image/jpeg")
    found = kept_uploads.find(session, 7, kept_id)
    assert found is not None
    assert (found.name, found.read(), found.size, found.content_type) == ("beach.jpg", b"photo", 5, "image/jpeg")
    assert kept_uploads.name_and_type(session, kept_id) == ("beach.jpg", "image/jpeg")
    assert kept_uploads.name_and_type(session, "another") == ("", "")
    assert kept_uploads.keep(session, 7, found) == kept_id
    assert kept(store) == [f"incoming/{kept_id}"]


def test_nobody_else_gets_it() -> None:
    session = SessionStore()
    kept_id = kept_uploads.keep(session, 7, photo())
    assert kept_uploads.find(session, 8, kept_id) is None
    assert kept_uploads.find(SessionStore(), 7, kept_id) is None
    assert kept_uploads.find(session, 7, "../originals/photos/beach.jpg") is None


def test_it_is_gone_after_a_day(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    session = SessionStore()
    kept_id = kept_uploads.keep(session, 7, photo())
    monkeypatch.setattr(kept_uploads, "KEEP_SECONDS", -1)
    late = kept_uploads.keep(session, 7, photo())
    assert kept_uploads.find(session, 7, late) is None
    store.delete(f"incoming/{kept_id}")  # as the bucket's rule does
    assert kept_uploads.find(session, 7, kept_id) is None


def test_a_session_keeps_the_latest_five(store: Store) -> None:
    session = SessionStore()
    ids = [kept_uploads.keep(session, 7, photo(bytes([number]))) for number in range(7)]
    assert [kept_uploads.find(session, 7, each) is not None for each in ids] == [False] * 2 + [True] * 5
    assert len(kept(store)) == 5


def test_it_is_deleted_once_it_is_saved(store: Store) -> None:
    session = SessionStore()
    kept_id = kept_uploads.keep(session, 7, photo())
    kept_uploads.forget(session, kept_id)
    kept_uploads.forget(session, kept_id)
    assert kept(store) == []


def test_a_full_disk_is_reported_and_keeps_nothing(store: Store) -> None:
    session = SessionStore()
    with full_disk(10), pytest.raises(OSError):
        kept_uploads.keep(session, 7, photo(bytes(5000)))
    assert not session.keys()
