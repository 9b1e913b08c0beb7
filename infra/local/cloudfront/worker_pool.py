"""Runs a function in worker processes: one that hangs or dies is killed and replaced."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from infra.local.cloudfront.distribution import LambdaFunction
from infra.local.cloudfront.events import Event
from infra.local.cloudfront.function_runner import ExecutionError, timeout_message
from infra.local.cloudfront.handlers import HandlerMissingError
from infra.local.cloudfront.worker import frame


class WorkerPool:
    """A function in ``size`` warm processes. A call waits until one of them is free.

    ``own`` are environment variables over those of the function.
    """

    def __init__(self, function: LambdaFunction, size: int, own: Mapping[str, str] | None = None) -> None:
        self._function = function
        environment = dict(function.environment) | dict(own or {})
        self._workers = [_WorkerProcess(function, environment) for _ in range(size)]
        self._free: asyncio.LifoQueue[_WorkerProcess] = asyncio.LifoQueue()

    async def start(self) -> None:
        try:
            await asyncio.gather(*(worker.start() for worker in self._workers))
        # A cancelled start, too, must not leave processes behind.
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
            # After a failure too: a worker that was killed starts again with its next call.
            self._free.put_nowait(worker)
        if "error" in answer:
            raise ExecutionError(f"{self._function.name}: {answer['error'].strip()}")
        return answer["result"]

    async def close(self) -> None:
        await asyncio.gather(*(worker.kill() for worker in self._workers))


class _WorkerProcess:
    def __init__(self, function: LambdaFunction, environment: Mapping[str, str]) -> None:
        self._function = function
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "infra.local.cloudfront.worker", json.dumps(asdict(self._function))),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={
                **os.environ,
                **self._environment,
                "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path),
            },
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
        if self._process is None or self._process.returncode is not None:
            await self._restart()
        try:
            return await asyncio.wait_for(self._exchange(event), self._function.timeout)
        except TimeoutError:
            await self.kill()
            raise ExecutionError(timeout_message(self._function)) from None
        except (asyncio.IncompleteReadError, OSError):
            await self.kill()
            raise ExecutionError(f"{self._function.name}: the process ended during the call") from None
        except BaseException:
            # A cancelled call leaves half an exchange on the pipes, so the process cannot be used again.
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
