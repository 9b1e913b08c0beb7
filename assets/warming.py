"""Warming: the first visitor's wait, done beforehand. Each preset of some pictures is asked for through CloudFront."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from django.contrib.auth.models import User
from django.db import transaction
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError

from assets import jobs
from assets.conf import config
from assets.errors import PermanentFailure, RetryLater
from assets.links import img_url
from assets.models import Asset, Preset, Warming

#: One browser of each kind, newest first: what each gets is a file of its own.
ACCEPTS = ("image/avif,image/webp,*/*;q=0.8", "image/webp,*/*;q=0.8", "image/jpeg,*/*;q=0.8")
_THREADS = 4
#: Enough to see what is wrong.
_MOST_FAILURES = 100
#: A picture may take long the first time; a 503 says that something is away just now.
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
    """What was asked for in vain; ``status`` is 0 where nothing answered."""

    url: str
    status: int
    reason: str

    def as_dict(self) -> dict[str, str | int]:
        return {"url": self.url, "status": self.status, "reason": self.reason}


def request_warming(assets: Iterable[Asset], user: User | None = None) -> Warming:
    """Have every preset of ``assets`` asked for, as each kind of browser would, when the transaction commits."""
    keys = [asset.key for asset in assets]
    total = len(keys) * Preset.objects.count() * len(ACCEPTS)
    warming = Warming.objects.create(keys=keys, total=total, requested_by=user)
    transaction.on_commit(lambda: jobs.send(warming), robust=True)
    return warming


def run(warming: Warming) -> None:
    """Ask for what has not been asked for yet. After a kill it goes on where the row says: what is asked for twice is
    a hit.

    Raises `RetryLater` where CloudFront cannot be reached, `PermanentFailure` where too much of it fails.
    """
    wanted = _wanted(warming)
    if len(wanted) != warming.total:  # a preset or a picture came or went meanwhile
        jobs.save(warming, total=len(wanted), done=0, failures=[])
    progress, done, failures = jobs.Progress(warming), warming.done, list(warming.failures)
    for failure in _ask_all(wanted[done:]):
        done += 1
        failures += [failure.as_dict()] if failure else []
        if len(failures) >= _MOST_FAILURES:
            jobs.save(warming, done=done, failures=failures)
            raise PermanentFailure(f"Stopped after {len(failures)} failures.")
        if not progress.tell(done=done, failures=failures):
            return
    jobs.save(warming, done=done, failures=failures)
    if failures:
        raise PermanentFailure(f"{len(failures)} of {len(wanted)} could not be made.")
    jobs.finish(warming)


def _wanted(warming: Warming) -> list[tuple[str, str]]:
    """URL and ``Accept`` of each request, always in the same order."""
    assets = Asset.objects.filter(key__in=warming.keys).order_by("key")
    presets = list(Preset.objects.order_by("name"))
    urls = [img_url(asset, preset=preset) for asset in assets for preset in presets]
    return [(url, accept) for url in urls for accept in ACCEPTS]


def _ask_all(wanted: list[tuple[str, str]]) -> Iterator[Failure | None]:
    """What came of each request, in their order; a few are under way at any time."""
    pool = PoolManager(maxsize=_THREADS, timeout=_TIMEOUT, retries=_RETRIES)
    executor = ThreadPoolExecutor(_THREADS)
    waiting = iter(wanted)
    try:
        running: deque[Future[Failure | None]] = deque()
        running.extend(executor.submit(_ask, pool, *each) for each in islice(waiting, _THREADS * 2))
        while running:
            yield running.popleft().result()
            running.extend(executor.submit(_ask, pool, *each) for each in islice(waiting, 1))
    finally:
        executor.shutdown(cancel_futures=True)
        pool.clear()


def _ask(pool: PoolManager, url: str, accept: str) -> Failure | None:
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
    """The message of our own errors, else how the body begins."""
    text = body[:500].decode("utf-8", "replace")
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text
