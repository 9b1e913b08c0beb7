"""Placeholders of images that an earlier release stored: their originals are examined again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import router, transaction

from assets import publication
from assets.examination import examine
from assets.models import Asset
from assets.models.rows import locked
from assets.storage import originals


def add_placeholder(asset: Asset) -> bool:
    """Give a published image its placeholder, and write its metadata again. Its version stays as it is.

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
        if row and row.sha256 == found.sha256:
            row.placeholder = found.placeholder
            row.save(using=using, update_fields=["placeholder"])
    publication.publish(asset.pk)
    return row is None or row.sha256 == found.sha256
