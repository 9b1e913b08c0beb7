"""Runs handlers as Lambda@Edge does: JSON in, JSON out, under the template's timeout.

viewer-request runs in this process, as it comes with every request; origin-response in a pool of processes of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any, Protocol

from infra.local.cloudfront.distribution import Function
from infra.local.cloudfront.events import Event
from infra.local.cloudfront.handlers import Context, HandlerMissingError, find_handler
from infra.local.cloudfront.worker import frame


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
            raise ExecutionError(_timed_out(self._function)) from None
        except Exception as error:
            raise ExecutionError(f"{self._function.name}: {error!r}") from error

    def _call(self, event: str) -> str:
        return json.dumps(self._handler(json.loads(event), Context.of(self._function)))

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class Pool:
    """A function in ``size`` warm processes; one that hangs or dies is replaced."""

    def __init__(self, function: Function, size: int) -> None:
        self._function = function
        self._workers = [_Worker(function) for _ in range(size)]
        self._free: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()

    async def start(self) -> None:
        try:
            await asyncio.gather(*(worker.start() for worker in self._workers))
        except BaseException:
            await self.close()
            raise
        for worker in self._workers:
            self._free.put_nowait(worker)

    async def invoke(self, event: Event) -> Any:
        worker = await self._free.get()
        try:
            answer = await worker.call(event)
        finally:
            self._free.put_nowait(worker)
        if "error" in answer:
            raise ExecutionError(f"{self._function.name}: {answer['error'].strip()}")
        return answer["result"]

    async def close(self) -> None:
        await asyncio.gather(*(worker.kill() for worker in self._workers))


class _Worker:
    def __init__(self, function: Function) -> None:
        self._function = function
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "infra.local.cloudfront.worker", json.dumps(asdict(self._function))),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
        )
        try:
            answer = await self._read(self._process)
        except asyncio.IncompleteReadError:
            answer = {"error": f"{self._function.name}: the worker ended while it imported {self._function.handler}"}
        if "error" in answer:
            await self.kill()
            raise HandlerMissingError(answer["error"])

    async def call(self, event: Event) -> dict[str, Any]:
        """Raises `ExecutionError`; the process is then gone, and the next call starts another."""
        if self._process is None:
            await self._restart()
        try:
            return await asyncio.wait_for(self._exchange(event), self._function.timeout)
        except TimeoutError:
            await self.kill()
            raise ExecutionError(_timed_out(self._function)) from None
        except (asyncio.IncompleteReadError, OSError):
            await self.kill()
            raise ExecutionError(f"{self._function.name}: the process ended during the call") from None
        except BaseException:
            await self.kill()
            raise

    async def _restart(self) -> None:
        try:
            await self.start()
        except HandlerMissingError as error:
            raise ExecutionError(str(error)) from error

    async def _exchange(self, event: Event) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None:
            raise BrokenPipeError
        process.stdin.write(frame(event))
        await process.stdin.drain()
        return await self._read(process)

    @staticmethod
    async def _read(process: asyncio.subprocess.Process) -> dict[str, Any]:
        if process.stdout is None:
            raise BrokenPipeError
        length = int.from_bytes(await process.stdout.readexactly(4), "big")
        answer: dict[str, Any] = json.loads(await process.stdout.readexactly(length))
        return answer

    async def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()


def _timed_out(function: Function) -> str:
    return f"{function.name}: Task timed out after {function.timeout:.2f} seconds"
