"""Work for after a commit, once a transaction."""

from __future__ import annotations

import logging

import pytest
from django.db import transaction

from assets import on_commit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_callback_runs_once_after_the_commit() -> None:
    calls = []

    def note() -> None:
        calls.append("called")

    with transaction.atomic():
        on_commit.call_once(note, "default")
        with transaction.atomic():
            on_commit.call_once(note, "default")
        assert calls == []
    assert calls == ["called"]
    on_commit.call_once(note, "default")
    assert calls == ["called"] * 2


def test_a_callback_of_a_savepoint_that_is_rolled_back_can_be_added_again() -> None:
    calls = []

    def note() -> None:
        calls.append("called")

    with transaction.atomic():
        with transaction.atomic():
            on_commit.call_once(note, "default")
            transaction.set_rollback(True)
        assert list(on_commit.pending("default")) == []
        on_commit.call_once(note, "default")
    assert calls == ["called"]


def test_an_error_in_a_callback_is_logged_since_the_commit_has_happened(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("too late")

    with caplog.at_level(logging.ERROR), transaction.atomic():
        on_commit.call_once(fail, "default")
    assert "too late" in caplog.text
