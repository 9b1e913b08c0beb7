"""Warming: request every preset of some images through CloudFront, so that no visitor has to wait for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import router, transaction
from django.db.models import QuerySet

from assets.cdn_requests import send_all
from assets.clock import database_seconds
from assets.errors import PermanentFailure, Postponed
from assets.jobs import dispatch
from assets.jobs.lifecycle import finish, save
from assets.jobs.progress import Progress
from assets.links import img_url
from assets.models import VISIBLE, Asset, Preset, Warming
from assets.models.rows import primary
from assets.unsettled import why_unsettled

#: The ``Accept`` headers of a browser with AVIF, one with WebP and one with neither. Each gets a file of its own.
ACCEPTS = ("image/avif,image/webp,*/*;q=0.8", "image/webp,*/*;q=0.8", "image/jpeg,*/*;q=0.8")
#: Enough failures to see what is wrong.
_MAX_FAILURES = 100
#: So many seconds after its request, warming begins in any case.
LONGEST_WAIT = 600


def request_warming(assets: Iterable[Asset], user_id: Any = None, presets: Collection[str] = ()) -> Warming:
    """Request every preset of ``assets`` that visitors see, in every format, when the transaction commits.

    Or those of ``presets``, which are names.
    """
    using = router.db_for_write(Warming)
    warming = Warming(keys=[asset.key for asset in assets if asset.is_visible], presets=sorted(presets))
    warming.total = len(warming.keys) * _presets(warming).count() * len(ACCEPTS)
    warming.requested_by_id = user_id
    warming.save(using=using)
    transaction.on_commit(lambda: dispatch.send(warming), using=using, robust=True)
    return warming


def run(warming: Warming) -> None:
    """Send the requests that are left. A request that is repeated after a crash is a cache hit.

    Raises `RetryLater` if CloudFront cannot be reached, `PermanentFailure` if requests failed, and `Postponed` if the
    images are about to change.
    """
    if not warming.done:
        _wait_until_settled(warming)
    requests = _requests(warming)
    if len(requests) != warming.total:  # a preset or an image was added or deleted since
        save(warming, total=len(requests), done=0, failures=[])
    progress, done, failures = Progress(warming), warming.done, list(warming.failures)
    for failure in send_all(requests[done:]):
        done += 1
        failures += [failure.as_dict()] if failure else []
        if len(failures) >= _MAX_FAILURES:
            save(warming, done=done, failures=failures)
            raise PermanentFailure(f"Stopped after {len(failures)} failed requests. See the list below.")
        if not progress.record(done=done, failures=failures):
            return
    save(warming, done=done, failures=failures)
    if failures:
        raise PermanentFailure(f"{len(failures)} of {len(requests)} requests failed. See the list below.")
    finish(warming)


def _requests(warming: Warming) -> list[tuple[str, str]]:
    """URL and ``Accept`` of each request, always in the same order."""
    assets = primary(Asset).filter(VISIBLE, key__in=warming.keys).order_by("key")
    presets = list(_presets(warming).order_by("name"))
    urls = [img_url(asset, preset=preset) for asset in assets for preset in presets]
    return [(url, accept) for url in urls for accept in ACCEPTS]


def _presets(warming: Warming) -> QuerySet[Preset]:
    rows = primary(Preset).filter(archived=False)
    return rows.filter(name__in=warming.presets) if warming.presets else rows


def _wait_until_settled(warming: Warming) -> None:
    """Let publications, looks and purges come first: they would delete what is rendered now. But not endlessly."""
    waited = database_seconds(router.db_for_write(Warming)) - warming.created_seconds
    if waited < LONGEST_WAIT and (reason := why_unsettled(warming.keys)):
        raise Postponed(f"{reason} Warming begins afterwards.", 2 + waited / 4)
