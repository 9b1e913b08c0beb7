"""Runs CloudFront Functions in njs, from which CloudFront's own engine is derived, or in Node.

The function runs in one process, which answers one event after another: a call takes less than a millisecond.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from edge.contract.policy import load_policy
from infra.functions.build import build
from infra.local.cloudfront.distribution import CloudFrontFunction
from infra.local.cloudfront.events import Event
from infra.local.cloudfront.function_runner import ExecutionError
from infra.local.cloudfront.handlers import HandlerMissingError

_LOOP = Path(__file__).with_suffix(".js")
#: CloudFront allows about a millisecond of computation. This is for a function that does not end.
_SECONDS = 5.0
#: The module of CloudFront's runtime, with the entries of the KeyValueStore in files:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-custom-methods.html
_MODULE = """
import files from 'fs';
const entries = %s;
export default {
  kvs: function () {
    if (!entries) {
      throw new Error('no KeyValueStore is associated with this function');
    }
    return {
      get: async function (key, options) {
        const text = files.readFileSync(entries[key], 'utf8');
        return options && options.format == 'json' ? JSON.parse(text) : text;
      },
    };
  },
};
"""
# CloudFront's runtime and njs know `require`; a module in Node does not.
_NODE = "import {createRequire} from 'module'; globalThis.require = createRequire(import.meta.url);\n"


class JavaScriptRunner:
    """A `FunctionRunner` for a CloudFront Function. ``keys`` is the file with the KeyValueStore's entry, if any."""

    def __init__(self, function: CloudFrontFunction, keys: Path | None) -> None:
        self._function = function
        self._entries = {"signing-keys": str(keys)} if keys else None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._free = asyncio.Lock()

    async def start(self) -> None:
        """Raises `HandlerMissingError` if there is no engine, or if the function is not JavaScript."""
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="imagehub-function-")
        command = self._write(Path(self._folder.name))
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.STDOUT, limit=1 << 20
        )
        line = await self._read()
        if line != {"ready": True}:
            await self._kill()
            raise HandlerMissingError(f"{self._function.name}: the JavaScript does not run: {line}")

    async def invoke(self, event: Event) -> Any:
        """``event`` has the event that CloudFront calls the function with, and the raw ``query``."""
        async with self._free:
            answer = await self._call(event)
        if "error" in answer:
            raise ExecutionError(f"{self._function.name}: {answer['error']}")
        return answer["result"]

    async def close(self) -> None:
        await self._kill()
        if self._folder:
            self._folder.cleanup()

    def _write(self, folder: Path) -> list[str]:
        """Write the function and its module for the engine that is installed. Return the command that runs them."""
        code = self._function.code or build(load_policy())
        module = _MODULE % json.dumps(self._entries)
        script, njs, node = folder / "function.mjs", shutil.which("njs"), shutil.which("node")
        if not (njs or node):
            raise HandlerMissingError(
                f"{self._function.name} is JavaScript, and neither njs nor node is installed. "
                "Install one: apt-get install -y njs. Or run the mode edge with ViewerRequest=lambda, which needs none."
            )
        script.write_text(f"{'' if njs else _NODE}{code}\n{_LOOP.read_text()}")
        if njs:
            (folder / "cloudfront").write_text(module)
            return [njs, "-p", str(folder), str(script)]
        package = folder / "node_modules" / "cloudfront"
        package.mkdir(parents=True, exist_ok=True)
        (package / "package.json").write_text('{"name": "cloudfront", "exports": "./index.mjs"}')
        (package / "index.mjs").write_text(module)
        return [str(node), str(script)]

    async def _call(self, event: Event) -> dict[str, Any]:
        try:
            if self._process is None or self._process.stdin is None:
                await self.start()
                return await self._call(event)
            self._process.stdin.write(json.dumps(event).encode() + b"\n")
            await self._process.stdin.drain()
            return await asyncio.wait_for(self._read(), _SECONDS)
        except (OSError, TimeoutError, HandlerMissingError) as error:
            await self._kill()
            raise ExecutionError(f"{self._function.name}: {str(error) or 'the function did not end'}") from error
        except BaseException:
            # A cancelled call leaves half an exchange on the pipes.
            await self._kill()
            raise

    async def _read(self) -> dict[str, Any]:
        """The next line with an answer. Other lines are what the function logged, or an engine's error."""
        logged: list[str] = []
        while self._process and self._process.stdout:
            line = (await self._process.stdout.readline()).decode(errors="replace")
            if not line:
                raise BrokenPipeError(" ".join(logged)[-500:] or "the process ended")
            try:
                answer = json.loads(line)
            except ValueError:
                answer = None
            if isinstance(answer, dict) and answer.keys() & {"ready", "result", "error"}:
                return answer
            logged.append(line.strip())
        raise BrokenPipeError("the process was stopped")

    async def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()
