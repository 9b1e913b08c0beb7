"""Images that are about to change what visitors see of them, so that warming them now would be in vain."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from assets.conf import config
from assets.models import Analysis, Asset, BulkPurgeKey, Job, Purge
from assets.models.rows import primary

_OPEN = (Job.State.QUEUED, Job.State.RUNNING)


def why_unsettled(keys: Collection[str] | None) -> str:
    """What the images with these keys, or any image, wait for, as a sentence; empty if they are settled.

    An image is published, and then looked at. If that changes its version, it is published again, and what was rendered
    is purged.
    """
    if _among(primary(Asset).filter(state=Asset.State.PUBLISHING), "key", keys).exists():
        return "The images are still being published."
    looks = primary(Analysis).filter(state__in=_OPEN, analyser=config().analyser)
    files = None if keys is None else primary(Asset).filter(key__in=keys).order_by().values("sha256")
    if _among(looks, "sha256", files).exists():
        return "The images are still being looked at."
    purges = primary(Purge).filter(kind=Purge.Kind.ASSET, state__in=_OPEN, invalidation_id="")
    in_bulk = primary(BulkPurgeKey).filter(purge__state__in=_OPEN)
    if _among(purges, "subject", keys).exists() or _among(in_bulk, "key", keys).exists():
        return "The images are still being purged."
    return ""


def _among(rows: QuerySet[Any], field: str, values: Any) -> QuerySet[Any]:
    return rows if values is None else rows.filter(**{f"{field}__in": values})
