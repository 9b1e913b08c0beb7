"""Warming: request every preset of some images through CloudFront, so that no visitor has to wait for one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import router, transaction

from assets.cdn_requests import send_all
from assets.errors import PermanentFailure
from assets.jobs import dispatch
from assets.jobs.lifecycle import finish, save
from assets.jobs.progress import Progress
from assets.links import img_url
from assets.models import VISIBLE, Asset, Preset, Warming
from assets.models.rows import primary

#: The ``Accept`` headers of a browser with AVIF, one with WebP and one with neither. Each gets a file of its own.
ACCEPTS = ("image/avif,image/webp,*/*;q=0.8", "image/webp,*/*;q=0.8", "image/jpeg,*/*;q=0.8")
#: Enough failures to see what is wrong.
_MAX_FAILURES = 100


def request_warming(assets: Iterable[Asset], user_id: Any = None) -> Warming:
    """Request every preset of ``assets`` that visitors see, in every format, when the transaction commits."""
    using = router.db_for_write(Warming)
    keys = [asset.key for asset in assets if asset.is_visible]
    total = len(keys) * primary(Preset).filter(archived=False).count() * len(ACCEPTS)
    warming = Warming.objects.using(using).create(keys=keys, total=total, requested_by_id=user_id)
    transaction.on_commit(lambda: dispatch.send(warming), using=using, robust=True)
    return warming


def run(warming: Warming) -> None:
    """Send the requests that are left. A request that is repeated after a crash is a cache hit.

    Raises `RetryLater` if CloudFront cannot be reached, `PermanentFailure` if requests failed.
    """
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
    presets = list(primary(Preset).filter(archived=False).order_by("name"))
    urls = [img_url(asset, preset=preset) for asset in assets for preset in presets]
    return [(url, accept) for url in urls for accept in ACCEPTS]
