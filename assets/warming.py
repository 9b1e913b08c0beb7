"""Warming: request every preset of some images through CloudFront, so that no visitor has to wait for one."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import router, transaction
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError

from assets.conf import config
from assets.errors import PermanentFailure, RetryLater
from assets.jobs import dispatch
from assets.jobs.lifecycle import finish, save
from assets.jobs.progress import Progress
from assets.links import img_url
from assets.models import Asset, Preset, Warming
from assets.models.rows import primary

#: The ``Accept`` headers of a browser with AVIF, one with WebP and one with neither. Each gets a file of its own.
ACCEPTS = ("image/avif,image/webp,*/*;q=0.8", "image/webp,*/*;q=0.8", "image/jpeg,*/*;q=0.8")
_THREADS = 4
#: Enough failures to see what is wrong.
_MAX_FAILURES = 100
#: Rendering may take long. A 503 says that the edge cannot answer at the moment.
_TIMEOUT = Timeout(connect=3, read=60)
_RETRIES = Retry(
    total=None,
    connect=1,
    read=1,
    redirect=3,
    status=4,
    status_forcelist=(503,),
    backoff_factor=0.5,
    backoff_jitter=0.5,
    raise_on_status=False,
    raise_on_redirect=False,
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that failed. ``status`` is 0 if there was no answer."""

    url: str
    status: int
    reason: str

    def as_dict(self) -> dict[str, str | int]:
        return {"url": self.url, "status": self.status, "reason": self.reason}


def request_warming(assets: Iterable[Asset], user_id: Any = None) -> Warming:
    """Request every preset of ``assets``, in every format, when the transaction commits."""
    using = router.db_for_write(Warming)
    keys = [asset.key for asset in assets]
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
    for failure in _send_all(requests[done:]):
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
    assets = primary(Asset).filter(key__in=warming.keys).order_by("key")
    presets = list(primary(Preset).filter(archived=False).order_by("name"))
    urls = [img_url(asset, preset=preset) for asset in assets for preset in presets]
    return [(url, accept) for url in urls for accept in ACCEPTS]


def _send_all(requests: list[tuple[str, str]]) -> Iterator[Failure | None]:
    """The result of each request, in their order. A few are in progress at any time."""
    pool = PoolManager(maxsize=_THREADS, timeout=_TIMEOUT, retries=_RETRIES)
    executor = ThreadPoolExecutor(_THREADS)
    waiting = iter(requests)
    try:
        running: deque[Future[Failure | None]] = deque()
        running.extend(executor.submit(_send, pool, *each) for each in islice(waiting, _THREADS * 2))
        while running:
            yield running.popleft().result()
            running.extend(executor.submit(_send, pool, *each) for each in islice(waiting, 1))
    finally:
        executor.shutdown(cancel_futures=True)
        pool.clear()


def _send(pool: PoolManager, url: str, accept: str) -> Failure | None:
    try:
        answer = pool.request("GET", url, headers={"Accept": accept})
    except MaxRetryError as error:
        if isinstance(error.reason, NewConnectionError | ConnectTimeoutError):
            raise RetryLater(f"{config().cdn_url} cannot be reached.") from error
        return Failure(url, 0, str(error.reason))
    except HTTPError as error:
        return Failure(url, 0, str(error))
    return None if answer.status == 200 else Failure(url, answer.status, _reason(answer.data))


def _reason(body: bytes) -> str:
    """The message of one of the edge's JSON errors, or the start of any other body."""
    text = body[:500].decode("utf-8", "replace")
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text
