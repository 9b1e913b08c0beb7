"""What was typed before a session ended waits for its editor alone."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.cache import SessionStore
from django.http import HttpResponse, QueryDict
from django.test import RequestFactory

from assets import drafts

FORM = QueryDict("title=Beach&alt_text=Sand&csrfmiddlewaretoken=x&tag=a&tag=b")


def test_a_draft_waits_for_its_editor_and_is_taken_once() -> None:
    session = SessionStore()
    assert drafts.put(session, "/add/", "7", FORM)
    assert drafts.take(session, "/add/", 8) is None
    assert drafts.take(session, "/other/", 7) is None
    found = drafts.take(session, "/add/", 7)
    assert found is not None
    assert dict(found.lists()) == {"title": ["Beach"], "alt_text": ["Sand"], "tag": ["a", "b"]}
    assert drafts.take(session, "/add/", 7) is None


def test_a_draft_is_gone_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    session = SessionStore()
    drafts.put(session, "/add/", "7", FORM)
    monkeypatch.setattr(drafts, "KEEP_SECONDS", -1)
    assert drafts.take(session, "/add/", 7) is None


def test_sessions_do_not_grow_without_bounds() -> None:
    session = SessionStore()
    huge = QueryDict(mutable=True)
    huge["title"] = "x" * 50_000
    assert not drafts.put(session, "/add/", "7", huge)
    for number in range(9):
        drafts.put(session, f"/{number}/", "7", FORM)
    assert [drafts.take(session, f"/{number}/", 7) is not None for number in range(9)] == [False] * 4 + [True] * 5


@pytest.mark.django_db
def test_the_cookie_names_the_editor_and_cannot_be_made_up() -> None:
    request, response = RequestFactory().get("/"), HttpResponse()
    request.user = get_user_model().objects.create_user("editor")
    drafts.remember(request, response)
    morsel = response.cookies[drafts.COOKIE]
    assert (morsel["httponly"], morsel["samesite"]) == (True, "Lax")
    later = RequestFactory().get("/")
    assert drafts.editor_of(later) == ""
    later.COOKIES[drafts.COOKIE] = morsel.value
    assert drafts.editor_of(later) == str(request.user.pk)
    later.COOKIES[drafts.COOKIE] = f"1{morsel.value}"
    assert drafts.editor_of(later) == ""
