"""Looking at the originals of new images, and publishing what was seen."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError, router, transaction

from assets import reviews
from assets.analysis import budget, picture
from assets.analysis.analyser import analyser
from assets.analysis.forgetting import images_with
from assets.analysis.kept_replies import KeptReplies, Overtaken
from assets.analysis.scope import in_scope
from assets.analysis.seen import Seen, as_fields
from assets.conf import config
from assets.errors import PermanentFailure, RetryLater
from assets.jobs import dispatch
from assets.jobs.lifecycle import finish
from assets.models import Analysis, Asset
from assets.models.rows import locked, primary
from assets.signals import faces_found
from assets.storage import object_store
from assets.stored_presets import stored_presets
from edge.contract.errors import SourceRefused
from edge.contract.original import original_object_key
from edge.storage.errors import Missing

log = logging.getLogger(__name__)

#: Names of presets, by the ids of images.
Rendered = Mapping[Any, Collection[str]]


def request_analysis(sha256: str) -> None:
    """Let a worker look at the file with that hash when the transaction commits, unless somebody has looked already.

    Only if an image with this file is in an analysed collection: see `assets.analysis.scope`.
    """
    name, using = config().analyser, router.db_for_write(Analysis)
    if not in_scope(images_with(sha256)).exists():
        return
    try:
        with transaction.atomic(using):
            found, created = primary(Analysis).get_or_create(sha256=sha256, analyser=name)
    except IntegrityError:  # another process was faster
        return
    then = partial(dispatch.send, found) if created else partial(_share, found.pk, sha256)
    transaction.on_commit(then, using=using, robust=True)


def run(analysis: Analysis) -> None:
    """Look at the file and record what was seen, then let its images know.

    Raises `RetryLater` and `StorageUnavailable` if a later attempt may succeed, `Postponed` if it is not its turn, else
    `PermanentFailure`.
    """
    if _is_dropped(analysis):
        return
    body = _body(analysis.sha256)
    replies = KeptReplies(analysis)
    try:
        seen = _look(analysis, body, replies)
        record(analysis, seen, _rendered(analysis, seen))
    except Overtaken:
        log.info("%s is looked at by another worker, or has no image any more", analysis)
    except Exception:
        if not replies.is_current():
            return
        budget.release(analysis)
        raise


def _is_dropped(analysis: Analysis) -> bool:
    """Delete the row if its images were deleted, replaced, or moved to collections that are not analysed."""
    if in_scope(images_with(analysis.sha256)).exists():
        return False
    using = router.db_for_write(Analysis)
    with transaction.atomic(using=using):
        row = locked(analysis, using)  # so that `_share` finds it, or finds that it is gone
        if row and in_scope(images_with(analysis.sha256)).exists():
            return False
        primary(Analysis).filter(pk=analysis.pk).delete()
    return True


def _look(analysis: Analysis, body: bytes, replies: KeptReplies) -> Seen:
    try:
        reduced = picture.reduce(body)
    except SourceRefused as error:
        raise PermanentFailure(f"The image cannot be looked at: {error.message}") from error
    except OSError as error:  # no memory or no process left
        raise RetryLater(f"The process that reduces the image could not be started: {error}") from error
    chosen = analyser(analysis.analyser)
    budget.reserve(analysis, replies.missing(chosen.paid_calls(reduced)))
    return chosen.look(reduced, replies.once)


def _rendered(analysis: Analysis, seen: Seen) -> Rendered:
    """The presets that are rendered of images which may now change. Asks storage, so outside of the transaction."""
    images = images_with(analysis.sha256)
    return {each.pk: stored_presets(each) for each in images if seen.faces or seen.moderation or each.faces}


def record(analysis: Analysis, seen: Seen, rendered: Rendered = MappingProxyType({})) -> None:
    """Write what was seen into the row, and what follows into the images that have this file: both, or nothing.

    ``rendered`` are the presets that visitors or editors have asked for, by the images' ids: they are warmed again.
    Raises `Overtaken` if the row is gone.
    """
    using = router.db_for_write(Analysis)
    with transaction.atomic(using=using):
        if _locked(analysis.pk, analysis.sha256) is None:
            raise Overtaken
        finish(analysis, **as_fields(seen))
        _let_images_know(analysis, rendered)


def _let_images_know(analysis: Analysis, rendered: Rendered) -> None:
    """Faces and a flag reach all images that have the file, each under the lock of its row."""
    for asset in images_with(analysis.sha256).select_for_update():
        if reviews.flag(asset, analysis) or asset.faces != analysis.faces:
            version, asset.faces = asset.version, analysis.faces
            asset.save(update_fields=["faces", "verdict"])
            if asset.version != version:
                presets, using = rendered.get(asset.pk, ()), router.db_for_write(Asset)
                faces_found.send(sender=Asset, instance=asset, presets=presets, using=using)


def _share(pk: int, sha256: str) -> None:
    """Let images know that got a file which a worker had looked at, or was just looking at, when they were saved."""
    with transaction.atomic(using=router.db_for_write(Analysis)):
        row = _locked(pk, sha256)
        if row is None:  # `_is_dropped` did not see the image yet
            request_analysis(sha256)
        elif row.state == Analysis.State.DONE:
            _let_images_know(row, {})


def _locked(pk: int, sha256: str) -> Analysis | None:
    """The row, locked after the images that have the file: an upload locks in this order too, or both might wait.

    By its id alone: a row that somebody is about to finish would not match another condition yet.
    """
    list(images_with(sha256).select_for_update())
    return primary(Analysis).select_for_update().filter(pk=pk).first()


def _body(sha256: str) -> bytes:
    """The file with that hash. Raises `RetryLater` if it is being published, or if no image has it any more."""
    keys = list(images_with(sha256).values_list("key", flat=True))
    for key in keys:
        try:
            body = object_store().get(original_object_key(key)).body
        except Missing:
            continue
        if hashlib.sha256(body).hexdigest() == sha256:
            return body
    raise RetryLater(f"The original {', '.join(keys[:1])} is not in storage yet.")
