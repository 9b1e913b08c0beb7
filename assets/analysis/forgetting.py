"""What was seen in a file goes with the last image that has it, by a deletion or by another file."""

from __future__ import annotations

import random
from collections.abc import Collection

from django.db import router, transaction
from django.db.models import Max, QuerySet

from assets.models import Analysis, Asset
from assets.models.rows import primary

_LOOKED_AT = 200


def images_with(sha256: str) -> QuerySet[Asset]:
    """The images that have the file, in the order in which all that lock several of them do."""
    return primary(Asset).filter(sha256=sha256).order_by("pk")


def forget(*files: str) -> int:
    """Delete what was seen in those of ``files``, SHA-256s, that no image has. Returns how many rows.

    An upload locks the same rows, `Analysis.known_faces`, before its image can be seen here. So call this when a
    deletion is committed: of two at once, the later one then finds no image.
    """
    with transaction.atomic(using=router.db_for_write(Analysis)):
        rows = primary(Analysis).select_for_update().filter(sha256__in=files).order_by("pk")
        found = dict(rows.values_list("pk", "sha256"))
        kept = _needed(found.values()) if found else set()
        unneeded = [pk for pk, sha256 in found.items() if sha256 not in kept]
        return primary(Analysis).filter(pk__in=unneeded).delete()[0] if unneeded else 0


def forget_orphans() -> int:
    """Delete what a process that was killed after a deletion left: looks at some rows, others each time."""
    last = primary(Analysis).aggregate(last=Max("pk"))["last"] or 0
    start = random.randint(0, last)  # noqa: S311  # chooses rows, guards no secret
    rows = primary(Analysis).filter(pk__gte=start).order_by("pk").values_list("sha256", flat=True)
    files = set(rows[:_LOOKED_AT])
    orphans = files - _needed(files) if files else set()
    return forget(*orphans) if orphans else 0


def _needed(files: Collection[str]) -> set[str]:
    return set(primary(Asset).filter(sha256__in=list(files)).values_list("sha256", flat=True))
