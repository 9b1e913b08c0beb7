"""Runs handlers as Lambda@Edge does: JSON in, JSON out, under the template's timeout.

viewer-request runs in this process, as it comes with every request; origin-response in a `Pool` of processes.
"""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from infra.local.cloudfront.distribution import Function
from infra.local.cloudfront.events import Event
from infra.local.cloudfront.handlers import Context, find_handler


class ExecutionError(Exception):
    """The function failed, hung or died; CloudFront answers 503.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-503-service-unavailable.html
    """


class Runner(Protocol):
    """Something that runs one function."""

    async def start(self) -> None:
        """Get ready. Raises `HandlerMissingError`."""

    async def invoke(self, event: Event) -> Any:
        """What the handler returns for ``event``. Raises `ExecutionError`."""

    async def close(self) -> None:
        """End whatever runs."""


class InProcess:
    """A function in a thread of this process. A hung call costs its thread, and nobody else's time."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._handler = find_handler(function)
        self._threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix=function.name)

    async def start(self) -> None:
        """Nothing: the handler is imported already."""

    async def invoke(self, event: Event) -> Any:
        call = asyncio.get_running_loop().run_in_executor(self._threads, self._call, json.dumps(event))
        try:
            return json.loads(await asyncio.wait_for(call, self._function.timeout))
        except TimeoutError:
            raise ExecutionError(timed_out(self._function)) from None
        except Exception as error:
            raise ExecutionError(f"{self._function.name}: {error!r}") from error

    def _call(self, event: str) -> str:
        return json.dumps(self._handler(json.loads(event), Context.of(self._function)))

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def timed_out(function: Function) -> str:
    """As Lambda words it."""
    return f"{function.name}: Task timed out after {function.timeout:.2f} seconds"
