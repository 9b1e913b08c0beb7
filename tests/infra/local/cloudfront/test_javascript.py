"""JavaScript in a process of its own: both engines, faults, and what is said if there is no engine."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from infra.local.cloudfront import javascript
from infra.local.cloudfront.distribution import CloudFrontFunction
from infra.local.cloudfront.function_runner import ExecutionError
from infra.local.cloudfront.handlers import HandlerMissingError
from infra.local.cloudfront.javascript import JavaScriptRunner
from tests.infra.functions.engines import ENGINES, command

CODE = """import cf from 'cloudfront';
async function handler(event) {
  const request = event.request;
  if (request.uri == '/raise') { throw new Error('cannot'); }
  while (request.uri == '/hang') {}
  if (request.uri == '/key') { const text = await cf.kvs().get('signing-keys'); return text; }
  console.log('{"not": "an answer"}');
  return request.uri + request.rawQueryString();
}
"""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Only this engine is found."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / request.param).symlink_to(command(request.param))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return str(request.param)


def run(
    work: Callable[[JavaScriptRunner], Coroutine[Any, Any, Any]], code: str = CODE, keys: Path | None = None
) -> Any:
    async def with_runner() -> Any:
        runner = JavaScriptRunner(CloudFrontFunction("F", code, reads_keys=keys is not None), keys)
        try:
            await runner.start()
            return await work(runner)
        finally:
            await runner.close()

    return asyncio.run(with_runner())


def event(uri: str) -> dict[str, Any]:
    return {"event": {"request": {"uri": uri}}, "query": "?"}


def test_calls_are_answered_one_after_another(engine: str) -> None:
    async def work(runner: JavaScriptRunner) -> Any:
        return await asyncio.gather(*(runner.invoke(event(f"/{number}é")) for number in range(50)))

    assert run(work) == [f"/{number}é?" for number in range(50)]


def test_an_entry_is_read_from_its_file_at_every_call(engine: str, tmp_path: Path) -> None:
    async def work(runner: JavaScriptRunner) -> Any:
        for text in ("first", "second"):
            (tmp_path / "keys").write_text(text)
            assert await runner.invoke(event("/key")) == text

    run(work, keys=tmp_path / "keys")


def test_a_store_that_is_not_associated_or_has_no_entry_raises(engine: str, tmp_path: Path) -> None:
    for keys in (None, tmp_path / "nothing"):
        with pytest.raises(ExecutionError):
            run(lambda runner: runner.invoke(event("/key")), keys=keys)


def test_after_an_error_the_next_call_works(engine: str) -> None:
    async def work(runner: JavaScriptRunner) -> Any:
        with pytest.raises(ExecutionError, match="F: Error: cannot"):
            await runner.invoke(event("/raise"))
        return await runner.invoke(event("/a"))

    assert run(work) == "/a?"


def test_a_function_that_does_not_end_is_stopped(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(javascript, "_SECONDS", 0.5)

    async def work(runner: JavaScriptRunner) -> Any:
        with pytest.raises(ExecutionError, match="the function did not end"):
            await runner.invoke(event("/hang"))
        monkeypatch.setattr(javascript, "_SECONDS", 30)
        return await runner.invoke(event("/a"))

    assert run(work) == "/a?"


def test_code_that_does_not_run_is_an_error_at_the_start(engine: str) -> None:
    with pytest.raises((HandlerMissingError, OSError)):
        run(lambda runner: runner.invoke(event("/a")), code="const = 1;")


def test_without_an_engine_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("njs", path=os.environ["PATH"]) is None
    with pytest.raises(HandlerMissingError, match=r"neither njs nor node is installed\. Install one: apt-get install"):
        run(lambda runner: runner.invoke(event("/a")))
