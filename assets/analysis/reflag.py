"""Flagging images by what was seen before the settings asked for it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import router, transaction

from assets import reviews
from assets.conf import config
from assets.models import Analysis, Asset
from assets.models.rows import primary
from assets.moderation import flags


def flag_known(*, dry_run: bool = False) -> Iterator[Asset]:
    """Flag the images whose labels ask for it now and that nobody has reviewed; yields each.

    With ``dry_run``, only yields them. Nothing is looked at again, so it costs nothing. Safe to repeat.
    """
    looks = primary(Analysis).filter(analyser=config().analyser, state=Analysis.State.DONE)
    for look in looks.only("sha256", "moderation").order_by("pk").iterator():
        if flags(look.moderation):
            for pk in primary(Asset).filter(sha256=look.sha256).order_by("pk").values_list("pk", flat=True):
                yield from _flag(pk, look, dry_run)


def _flag(pk: int, look: Analysis, dry_run: bool) -> Iterator[Asset]:
    with transaction.atomic(router.db_for_write(Asset)):
        asset = primary(Asset).select_for_update().filter(pk=pk, sha256=look.sha256).first()
        if asset is None or reviews.has_review(asset):
            return
        if not dry_run and reviews.flag(asset, look):
            asset.save(update_fields=["verdict"])
    yield asset
