"""Requests to the CDN, as browsers send them."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from urllib.parse import urljoin

from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError
from urllib3.util import parse_url

from assets.conf import config
from assets.errors import RetryLater
from assets.jobs.lifecycle import short_text
from edge.contract.reply import ERROR_HEADER

_THREADS = 4
#: Rendering may take long. A 503 says that the edge cannot answer at the moment.
_TIMEOUT = Timeout(connect=3, read=60)
_RETRIES = Retry(
    total=None,
    connect=1,
    read=1,
    redirect=0,
    status=4,
    status_forcelist=(503,),
    backoff_factor=0.5,
    backoff_jitter=0.5,
    retry_after_max=10,
    raise_on_status=False,
    raise_on_redirect=False,
)
_MAX_REDIRECTS = 3
_MAX_REASON = 200
#: An error of the edge's own is a short JSON document. Anything longer is not.
_MAX_ERROR_BYTES = 4096
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that failed. ``status`` is 0 if there was no answer. ``reason`` holds nothing of a reply's body but
    the message of an error of ours.
    """

    url: str
    status: int
    reason: str

    def as_dict(self) -> dict[str, str | int]:
        return {"url": self.url, "status": self.status, "reason": short_text(self.reason, _MAX_REASON)}


def send_all(requests: Iterable[tuple[str, str]]) -> Iterator[Failure | None]:
    """The result of each request, a URL and its ``Accept`` header, in their order. A few are in progress at any time.

    Raises `RetryLater` if the CDN cannot be reached.
    """
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
        return _follow(pool, url, accept)
    except MaxRetryError as error:
        if isinstance(error.reason, NewConnectionError | ConnectTimeoutError):
            raise RetryLater(f"{config().cdn_url} cannot be reached.") from error
        return Failure(url, 0, str(error.reason))
    except (HTTPError, ValueError) as error:  # a redirect may be to no URL at all
        return Failure(url, 0, str(error))


def _follow(pool: PoolManager, url: str, accept: str) -> Failure | None:
    """Follow redirects, such as the edge's for a large variant, but to no other host: a worker reaches more of them
    than a visitor does.
    """
    target = url
    for _ in range(_MAX_REDIRECTS + 1):
        answer = pool.request("GET", target, headers={"Accept": accept}, redirect=False)
        location = answer.get_redirect_location()
        if not location:
            return None if answer.status == 200 else Failure(url, answer.status, _reason(answer))
        target = urljoin(target, location)
        if _host(target) != _host(config().cdn_url):
            return Failure(url, answer.status, "The reply redirects to another host, which is not followed.")
    return Failure(url, answer.status, "The reply redirects too often.")


def _host(url: str) -> tuple[str | None, int | None]:
    """The host and, if it is not its scheme's own, the port, as urllib3 reads them, which sends the request."""
    parts = parse_url(url)
    return parts.host, None if parts.port == _DEFAULT_PORTS.get(parts.scheme or "") else parts.port


def _reason(answer: BaseHTTPResponse) -> str:
    """The message of one of the edge's JSON errors. A fallback image in its place comes with the error's code."""
    try:
        error = json.loads(answer.data if len(answer.data) <= _MAX_ERROR_BYTES else b"")
        if error["status"] == answer.status and isinstance(error["message"], str):
            return str(error["message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    if code := answer.headers.get(ERROR_HEADER):
        return code
    try:
        return HTTPStatus(answer.status).phrase
    except ValueError:
        return "unknown status"
