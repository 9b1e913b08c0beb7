"""Placeholders of images that an earlier release stored: their originals are examined again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import router, transaction

from assets import publication
from assets.examination import examine
from assets.models import Asset
from assets.models.rows import locked
from assets.storage import originals

State = Asset.State


def add_placeholder(asset: Asset) -> bool:
    """Give an image its placeholder, and write its metadata again. Its version stays as it is, and nobody looks at it.

    Returns False if its original is missing or can no longer be examined. Raises `StorageUnavailable` and `RetryLater`.
    """
    try:
        with originals.open(asset.key) as file:
            found = examine(file)
    except (FileNotFoundError, ValidationError):
        return False
    using = router.db_for_write(Asset)
    with transaction.atomic(using):
        row = locked(asset, using)
        if row is None:
            return True
        if row.sha256 != found.sha256:
            return False
        # Not by a save, which would tell others that the image is new.
        published = row.state == State.PUBLISHED
        state = State.PUBLISHING if published else row.state
        Asset._base_manager.using(using).filter(pk=row.pk).update(placeholder=found.placeholder, state=state)
    publication.publish(asset.pk, described=published)
    return True
