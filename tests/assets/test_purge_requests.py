"""Requesting a purge: one message, when the transaction commits."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from assets.clock import database_seconds
from assets.errors import RetryLater
from assets.jobs import dispatch, lifecycle
from assets.models import Purge
from assets.purge import request_purge, rivals
from tests.assets.job_support import Message
from tests.assets.jobs.test_lifecycle import raise_
from tests.assets.purge_support import originals, put_original, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("aws_credentials")]

State, Reason, Action, Kind = Purge.State, Purge.Reason, Purge.Action, Purge.Kind


@pytest.mark.django_db(transaction=True)
def test_a_request_sends_one_message_when_the_transaction_commits(sent: list[Message], django_user_model: Any) -> None:
    user: User = django_user_model.objects.create_user("ed")
    with transaction.atomic():
        row = request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS, user_id=user.pk)
        assert sent == []
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=False)]
    row.refresh_from_db()
    asked = (row.state, row.reason, row.action, row.requested_by)
    assert asked == (State.QUEUED, Reason.REPLACED, Action.DELETE_VARIANTS, user)


def replaced(key: str = "a.jpg") -> Purge:
    return request_purge(key, reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)


def deleted() -> Purge:
    return request_purge("a.jpg", reason=Reason.DELETED, action=Action.DELETE_ORIGINAL)


@pytest.mark.django_db(transaction=True)
def test_a_repeated_request_joins_the_purge_that_waits(sent: list[Message]) -> None:
    with transaction.atomic():
        first = replaced()
        assert replaced() == first
        others = [
            deleted(),
            request_purge("a.jpg", reason=Reason.REPLACED, action=Action.INVALIDATE),
            replaced("A.jpg"),
            replaced("é.jpg"),
            replaced("e.jpg"),
            request_purge("a.jpg", reason=Reason.REPLACED, action=Action.INVALIDATE, kind=Kind.PRESET),
        ]
    assert [message.arguments for message in sent] == [(row.pk,) for row in [first, *others]]
    with transaction.atomic():
        assert request_purge("a.jpg", reason=Reason.REQUESTED, action=Action.DELETE_VARIANTS) == first
    assert Purge.objects.count() == 7


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("root")
def test_a_request_while_the_same_work_is_being_done_or_is_tried_again_is_a_purge_of_its_own() -> None:
    """The running one may have deleted what it found before this request's changes; a later attempt may only follow."""
    first = replaced()
    claimed = lifecycle.claim(rivals(first.pk), first.pk)
    second = replaced()
    assert second != first
    assert claimed is not None
    lifecycle.perform(claimed, lambda _: raise_(RetryLater("CloudFront does not answer.")))
    assert replaced() == second
    assert run(second).state == State.DONE
    assert replaced() not in (first, second)


@pytest.mark.django_db(transaction=True)
def test_a_joined_deletion_counts_as_requested_now_and_deletes_what_came_in_between(root: Path) -> None:
    """The same image was deleted, uploaded and deleted again while the purge waited."""
    first = deleted()
    Purge.objects.update(created_at=F("created_at") - timedelta(minutes=5), created_seconds=F("created_seconds") - 300)
    put_original("a.jpg", version="00000001")
    joined = deleted()
    assert joined == first
    assert joined.created_at > first.created_at - timedelta(minutes=1)
    assert joined.created_seconds > database_seconds("default") - 60
    assert run(first).state == State.DONE
    assert originals() == []


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_rolled_back_is_not_a_repetition_of_the_next_one(sent: list[Message]) -> None:
    with transaction.atomic():
        with transaction.atomic():
            replaced()
            transaction.set_rollback(True)
        row = replaced()
    assert [message.arguments for message in sent] == [(row.pk,)]
    assert list(Purge.objects.all()) == [row]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("root")
def test_a_request_does_not_join_one_that_is_done_already() -> None:
    """A purge may run within the transaction, or be removed."""
    with transaction.atomic():
        first = replaced()
        run(first)
        assert replaced() != first
    with transaction.atomic():
        removed = replaced("b.jpg")
        removed_pk = removed.pk
        removed.delete()
        assert replaced("b.jpg").pk != removed_pk


@pytest.mark.django_db(transaction=True)
def test_an_error_while_the_message_is_sent_does_not_reach_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any error: those of a broker are caught where the message is sent, and have tests there."""

    def send(_: Purge) -> None:
        raise RuntimeError("a mistake in the code")

    monkeypatch.setattr(dispatch, "send", send)
    with transaction.atomic():
        row = replaced()
    assert Purge.objects.get(pk=row.pk).state == State.QUEUED


def test_the_message_waits_for_the_transaction_of_the_named_database(monkeypatch: pytest.MonkeyPatch) -> None:
    databases: list[str | None] = []
    monkeypatch.setattr(transaction, "on_commit", lambda *_, using=None, **__: databases.append(using))
    request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS, using="default")
    request_purge("b.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)
    assert databases == ["default", "default"]


def test_a_request_that_a_constraint_rejects_is_tried_five_times() -> None:
    """The database does not say which constraint: another request may have queued the same work in between."""
    statements: list[str] = []

    def note(execute: Any, sql: str, *arguments: Any) -> Any:
        statements.append(sql)
        return execute(sql, *arguments)

    with connection.execute_wrapper(note), pytest.raises(IntegrityError), transaction.atomic():
        request_purge("card", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS, kind=Kind.PRESET)
    assert sum(sql.startswith("INSERT") for sql in statements) == 5
