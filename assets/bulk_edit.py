"""Changes of many images at once: a move to a collection, and a tag."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import router, transaction
from django.db.models import QuerySet
from django.utils import timezone

from assets.analysis.bulk_look import plan_of
from assets.models import Asset, Collection, Tag
from assets.models.rows import primary

_BATCH = 1000
#: Messages of one request. The sweep sends those for the other files.
_MESSAGES = 1000


def move(chosen: QuerySet[Asset], collection: Collection | None, *, user_id: Any = None) -> int:
    """Put the ``chosen`` images into ``collection``, or into none, and let them be looked at if it is analysed.

    Returns how many images were moved: those that are in it already are left alone.
    """
    using = router.db_for_write(Asset)
    rows = primary(Asset, using).filter(pk__in=_ids(chosen))
    rows = rows.exclude(collection=collection) if collection else rows.exclude(collection=None)
    planned = plan_of(rows) if collection and collection.analysed else None
    with transaction.atomic(using):
        moved = sum(
            primary(Asset, using).filter(pk__in=batch).update(collection=collection, **_changed(user_id))
            for batch in _batches(rows)
        )
    for _ in planned.request(_MESSAGES) if planned else ():
        pass
    return moved


def add_tag(chosen: QuerySet[Asset], tag: Tag, *, user_id: Any = None) -> int:
    """Give ``tag`` to the ``chosen`` images. Returns how many did not have it."""
    using = router.db_for_write(Asset)
    links: Any = Asset.tags.through
    rows = primary(Asset, using).filter(pk__in=_ids(chosen)).exclude(tags=tag)
    tagged = 0
    with transaction.atomic(using):
        for batch in _batches(rows):
            new = [links(asset_id=pk, tag_id=tag.pk) for pk in batch]
            links._base_manager.using(using).bulk_create(new, ignore_conflicts=True)
            tagged += primary(Asset, using).filter(pk__in=batch).update(**_changed(user_id))
    return tagged


def _changed(user_id: Any) -> dict[str, Any]:
    """What `Asset.save` writes by itself, and an update does not."""
    return {"updated_at": timezone.now(), "updated_by_id": user_id}


def _ids(chosen: QuerySet[Asset]) -> QuerySet[Any]:
    return chosen.order_by().values("pk")


def _batches(rows: QuerySet[Asset]) -> Iterator[list[int]]:
    """The ids, read before the first change: MySQL cannot update a table that the same statement reads."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))
