"""Files of forms that could not be saved yet. Browsers send a file once, so it is kept until the form is complete.

A kept file has a private name in storage, and only the session that sent it knows the name. It is kept for a day.
"""

from __future__ import annotations

import time
from io import BytesIO
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile

from assets import incoming
from edge.storage.errors import Missing

KEEP_SECONDS = 86_400
#: Of several forms in one session, the latest ones keep their files.
MOST = 5
_SESSION = "imagehub.kept_uploads"


class KeptUpload(UploadedFile):  # type: ignore[type-arg]  # generic in its stubs alone
    """A file that an earlier request sent. ``kept_id`` names it in the session.

    ``content_type`` is empty if browsers cannot show the file.
    """

    def __init__(self, body: bytes, name: str, content_type: str, kept_id: str) -> None:
        super().__init__(BytesIO(body), name, content_type, len(body))
        self.kept_id = kept_id


def keep(session: SessionBase, user_id: object, file: File[Any], content_type: str = "") -> str:
    """Keep ``file`` for this user of this session. Returns its id. Raises `StorageUnavailable`."""
    if isinstance(file, KeptUpload):
        return file.kept_id
    file.seek(0)
    kept_id = incoming.write(file.read())
    entry = {"name": file.name, "type": content_type, "user": str(user_id), "expires": time.time() + KEEP_SECONDS}
    session[_SESSION] = kept = {**session.get(_SESSION, {}), kept_id: entry}
    for oldest in sorted(kept, key=lambda each: kept[each]["expires"])[:-MOST]:
        forget(session, oldest)
    return kept_id


def find(session: SessionBase, user_id: object, kept_id: str) -> KeptUpload | None:
    """The file, or None if it is another user's, too old or gone. Raises `StorageUnavailable`."""
    entry = session.get(_SESSION, {}).get(kept_id)
    if not entry or entry["user"] != str(user_id) or entry["expires"] < time.time():
        return None
    try:
        body = incoming.read(kept_id)
    except Missing:
        return None
    return KeptUpload(body, entry["name"], entry["type"], kept_id)


def name_and_type(session: SessionBase, kept_id: str) -> tuple[str, str]:
    """What the file came with, without reading it; empty if the session has no such file."""
    entry = session.get(_SESSION, {}).get(kept_id, {})
    return entry.get("name", ""), entry.get("type", "")


def forget(session: SessionBase, kept_id: str) -> None:
    """Delete the file, now or, if storage is unavailable, once it is a day old."""
    kept = dict(session.get(_SESSION, {}))
    if kept.pop(kept_id, None):
        session[_SESSION] = kept
        incoming.discard(kept_id)
