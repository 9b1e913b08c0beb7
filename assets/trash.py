"""The trash: images that visitors do not see any more, and that can be restored for some time. docs/review.md"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import router, transaction
from django.db.models import ProtectedError, QuerySet, RestrictedError
from django.utils import timezone

from assets import reviews
from assets.conf import config
from assets.models import Asset
from assets.models.rows import primary

log = logging.getLogger(__name__)

_FIELDS = ("trashed_at", "trashed_by_id", "updated_by_id", "updated_at")


def move_to_trash(asset_pk: Any, user_id: Any = None) -> bool:
    """Take an image out of sight of visitors when the transaction commits. Returns False if it is there already."""
    return _set(asset_pk, timezone.now(), user_id)


def restore(asset_pk: Any, user_id: Any = None) -> bool:
    """Show an image again as before. One that a reviewer moved to the trash waits for a review.

    Returns False if it is not in the trash.
    """
    return _set(asset_pk, None, user_id)


def due() -> QuerySet[Asset]:
    """The images whose time in the trash is over, oldest first."""
    limit = timezone.now() - timedelta(days=int(config().trash_days))
    return primary(Asset).filter(trashed_at__lt=limit).order_by("trashed_at", "pk")


def empty(most: int | None = None) -> tuple[int, int]:
    """Delete the images that are `due`, at most so many. Returns how many were deleted, and how many must stay.

    A row that refers to an image and protects it keeps it in the trash.
    """
    pks = list(due().values_list("pk", flat=True)[:most])
    found = [_delete_if_due(pk) for pk in pks]
    return found.count(True), found.count(None)


def _delete_if_due(pk: Any) -> bool | None:
    """None if the image is protected. It may have been restored or deleted since it was found."""
    with transaction.atomic(router.db_for_write(Asset)):
        asset = due().select_for_update().filter(pk=pk).first()
        if asset is None:
            return False
        try:
            asset.delete()
        except (ProtectedError, RestrictedError) as error:
            log.warning("The image %s stays in the trash: %s", asset.key, error.args[0])
            return None
    return True


def _set(asset_pk: Any, trashed_at: datetime | None, user_id: Any) -> bool:
    using = router.db_for_write(Asset)
    with transaction.atomic(using):
        asset = primary(Asset, using).select_for_update().get(pk=asset_pk)
        if asset.is_trashed == (trashed_at is not None):
            return False
        if trashed_at is None:
            reviews.ask_again(asset)
        asset.trashed_at, asset.trashed_by_id = trashed_at, user_id if trashed_at else None
        asset.updated_by_id = user_id
        asset.save(update_fields=_FIELDS)
    return True
