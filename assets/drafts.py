"""Forms that arrived after the editor's session had ended. They are shown again once the editor has logged in.

A cookie names the user who opened a form, signed, so that nobody else can leave forms here. It is not sent with
requests from other sites. What was typed waits in the session, which a login keeps.
"""

from __future__ import annotations

import json
import time
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, QueryDict

COOKIE = "imagehub_editor"
#: As long as Django's sessions last by default.
COOKIE_SECONDS = 1_209_600
KEEP_SECONDS = 86_400
_MOST, _MAX_CHARACTERS = 5, 40_000
_SESSION = "imagehub.drafts"


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Note in a cookie that this request's user has a form open."""
    response.set_signed_cookie(
        COOKIE,
        str(request.user.pk),
        salt=COOKIE,
        max_age=COOKIE_SECONDS,
        path=settings.SESSION_COOKIE_PATH,
        domain=settings.SESSION_COOKIE_DOMAIN,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def editor_of(request: HttpRequest) -> str:
    """The primary key of the user who last opened a form in this browser; empty if nobody did."""
    try:
        return str(request.get_signed_cookie(COOKIE, salt=COOKIE, max_age=COOKIE_SECONDS))
    except (KeyError, BadSignature):
        return ""


def put(session: SessionBase, path: str, user_id: str, data: QueryDict) -> bool:
    """Let ``data`` wait for the user who opened the form at ``path``. Returns False if it is too large."""
    fields = {name: values for name, values in data.lists() if name != "csrfmiddlewaretoken"}
    if len(json.dumps(fields)) > _MAX_CHARACTERS:
        return False
    drafts = {**session.get(_SESSION, {}), path: {"user": user_id, "time": time.time(), "fields": fields}}
    latest = sorted(drafts, key=lambda each: drafts[each]["time"])[-_MOST:]
    session[_SESSION] = {each: drafts[each] for each in latest}
    return True


def take(session: SessionBase, path: str, user_id: object) -> QueryDict | None:
    """What waits for this user at ``path``, once. None if nothing does, or for more than a day."""
    drafts: dict[str, Any] = dict(session.get(_SESSION, {}))
    draft = drafts.pop(path, None)
    if not draft or draft["user"] != str(user_id):
        return None
    session[_SESSION] = drafts
    if draft["time"] + KEEP_SECONDS < time.time():
        return None
    data = QueryDict(mutable=True)
    for name, values in draft["fields"].items():
        data.setlist(name, values)
    return data
