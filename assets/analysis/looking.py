"""Looking at the originals of new images, and publishing what was seen."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from functools import partial

from django.db import IntegrityError, router, transaction
from django.db.models import QuerySet

from assets import reviews
from assets.analysis import budget, picture
from assets.analysis.analyser import analyser
from assets.analysis.scope import in_scope
from assets.analysis.seen import Seen
from assets.conf import config
from assets.errors import PermanentFailure, RetryLater
from assets.jobs import dispatch
from assets.jobs.lifecycle import finish
from assets.models import Analysis, Asset
from assets.models.rows import primary
from assets.storage import object_store
from edge.contract.errors import SourceRefused
from edge.contract.original import original_object_key
from edge.storage.errors import Missing


def request_analysis(sha256: str) -> None:
    """Let a worker look at the file with that hash when the transaction commits, unless somebody has looked already.

    Only if an image with this file is in an analysed collection: see `assets.analysis.scope`.
    """
    name, using = config().analyser, router.db_for_write(Analysis)
    if not in_scope(_assets(sha256)).exists():
        return
    try:
        with transaction.atomic(using):
            found, created = primary(Analysis).get_or_create(sha256=sha256, analyser=name)
    except IntegrityError:  # another process was faster
        return
    then = partial(dispatch.send, found) if created else partial(_share, found.pk)
    transaction.on_commit(then, using=using, robust=True)


def run(analysis: Analysis) -> None:
    """Look at the file and record what was seen, then let its images know.

    Raises `RetryLater` and `StorageUnavailable` if a later attempt may succeed, `Postponed` if it is not its turn, else
    `PermanentFailure`.
    """
    body = _body(analysis.sha256) if in_scope(_assets(analysis.sha256)).exists() else None
    if body is None:
        analysis.delete()  # the image was deleted, replaced, or moved to a collection that is not analysed
        return
    try:
        reduced = picture.reduce(body)
    except SourceRefused as error:
        raise PermanentFailure(f"The image cannot be looked at: {error.message}") from error
    chosen = analyser(analysis.analyser)
    budget.spend(chosen.paid_calls(reduced))
    record(analysis, chosen.look(reduced))


def record(analysis: Analysis, seen: Seen) -> None:
    """Write what was seen into the row, and what follows into the images that have this file: both, or nothing."""
    with transaction.atomic(using=router.db_for_write(Analysis)):
        finish(
            analysis,
            faces=[list(face) for face in seen.faces],
            labels=[asdict(label) for label in seen.labels],
            moderation=[asdict(label) for label in seen.moderation],
            text=seen.text,
            words=seen.words,
            model_versions=seen.models,
            reply=seen.reply,
        )
        _let_images_know(analysis)


def _let_images_know(analysis: Analysis) -> None:
    """Faces and a flag reach all images that have the file, each under the lock of its row."""
    for asset in _assets(analysis.sha256).select_for_update():
        if reviews.flag(asset, analysis) or asset.faces != analysis.faces:
            asset.faces = analysis.faces
            asset.save(update_fields=["faces", "verdict"])


def _share(pk: int) -> None:
    """Let images know that got a file which a worker had looked at, or was just looking at, when they were saved."""
    with transaction.atomic(using=router.db_for_write(Analysis)):
        # By its id alone: a row that somebody is about to finish would not match another condition yet.
        row = primary(Analysis).select_for_update().filter(pk=pk).first()
        if row and row.state == Analysis.State.DONE:
            _let_images_know(row)


def forget(sha256: str) -> None:
    """Delete what was seen in a file that no image has any more."""
    if not _assets(sha256).exists():
        primary(Analysis).filter(sha256=sha256).delete()


def _body(sha256: str) -> bytes | None:
    """The file with that hash; None if no image has it. Raises `RetryLater` if it is being published."""
    keys = list(_assets(sha256).values_list("key", flat=True))
    for key in keys:
        try:
            body = object_store().get(original_object_key(key)).body
        except Missing:
            continue
        if hashlib.sha256(body).hexdigest() == sha256:
            return body
    if keys:
        raise RetryLater(f"The original {keys[0]} is not in storage yet.")
    return None


def _assets(sha256: str) -> QuerySet[Asset]:
    return primary(Asset).filter(sha256=sha256).order_by("pk")
