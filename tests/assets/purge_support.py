"""What tests of purges share: rows, what a worker does with them, and originals."""

from __future__ import annotations

import time
from typing import Any

from assets import tasks
from assets.models import Purge
from assets.storage import object_store

State, Reason, Action, Kind = Purge.State, Purge.Reason, Purge.Action, Purge.Kind


def queue(subject: str, action: Purge.Action = Action.DELETE_VARIANTS, **fields: Any) -> Purge:
    return Purge.objects.create(subject=subject, action=action, **fields)


def run(row: Purge) -> Purge:
    """As a worker does that gets the purge's message."""
    tasks.run_purge(row.pk)
    row.refresh_from_db()
    return row


def finish(row: Purge) -> Purge:
    """As workers do until CloudFront has completed the invalidation."""
    run(row)
    while row.state == State.RUNNING:
        tasks.follow_invalidation(row.pk)
        row.refresh_from_db()
        time.sleep(0.02)
    return row


def put_original(key: str, body: bytes = b"image", version: str | None = None) -> None:
    metadata = {"version": version} if version else None
    object_store().put(f"originals/{key}", body, content_type="image/jpeg", metadata=metadata)


def originals() -> list[str]:
    return list(object_store().list("originals/"))
