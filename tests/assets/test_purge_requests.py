"""Requesting a purge: one message, when the transaction commits."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from assets.jobs import dispatch
from assets.models import Purge
from assets.purge import request_purge
from tests.assets.job_support import Message
from tests.assets.purge_support import queue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("aws_credentials")]

State, Reason, Action, Kind = Purge.State, Purge.Reason, Purge.Action, Purge.Kind


@pytest.mark.django_db(transaction=True)
def test_a_request_sends_one_message_when_the_transaction_commits(sent: list[Message], django_user_model: Any) -> None:
    user: User = django_user_model.objects.create_user("ed")
    with transaction.atomic():
        row = request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS, user_id=user.pk)
        assert sent == []
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=False)]
    assert (row.state, row.action, row.requested_by) == (State.QUEUED, Action.DELETE_VARIANTS, user)


@pytest.mark.django_db(transaction=True)
def test_a_request_repeated_in_one_transaction_is_one_purge(sent: list[Message]) -> None:
    def replaced() -> Purge:
        return request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)

    def deleted(version: str) -> Purge:
        return request_purge("a.jpg", reason=Reason.DELETED, action=Action.DELETE_ORIGINAL, version=version)

    with transaction.atomic():
        first = replaced()
        assert replaced() == first
        others = [
            deleted("00000001"),
            deleted("00000002"),
            request_purge("a.jpg", reason=Reason.REPLACED, action=Action.INVALIDATE),
            request_purge("b.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS),
            request_purge("a.jpg", reason=Reason.REPLACED, action=Action.INVALIDATE, kind=Kind.PRESET),
        ]
    assert [message.arguments for message in sent] == [(row.pk,) for row in [first, *others]]
    with transaction.atomic():
        assert replaced() != first


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_rolled_back_is_not_a_repetition_of_the_next_one(sent: list[Message]) -> None:
    with transaction.atomic():
        with transaction.atomic():
            request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)
            transaction.set_rollback(True)
        row = request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)
    assert [message.arguments for message in sent] == [(row.pk,)]
    assert list(Purge.objects.all()) == [row]


@pytest.mark.django_db(transaction=True)
def test_a_request_does_not_repeat_one_that_is_done_already(sent: list[Message]) -> None:
    """Also if others wait: a purge may run within the transaction, or be removed."""

    def request() -> Purge:
        return request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)

    queue("other.jpg")
    with transaction.atomic():
        first = request()
        Purge.objects.filter(pk=first.pk).update(state=State.DONE)
        assert request() != first
    with transaction.atomic():
        removed = request()
        removed_pk = removed.pk
        Purge.objects.filter(pk=removed_pk).delete()
        assert request().pk != removed_pk


@pytest.mark.django_db(transaction=True)
def test_an_error_while_the_message_is_sent_does_not_reach_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any error: those of a broker are caught where the message is sent, and have tests there."""

    def send(_: Purge) -> None:
        raise RuntimeError("a mistake in the code")

    monkeypatch.setattr(dispatch, "send", send)
    with transaction.atomic():
        row = request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)
    assert Purge.objects.get(pk=row.pk).state == State.QUEUED


def test_the_message_waits_for_the_transaction_of_the_named_database(monkeypatch: pytest.MonkeyPatch) -> None:
    databases: list[str | None] = []
    monkeypatch.setattr(transaction, "on_commit", lambda *_, using=None, **__: databases.append(using))
    request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS, using="default")
    request_purge("b.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)
    assert databases == ["default", "default"]
