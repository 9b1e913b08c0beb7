"""Questions, answers and JSON."""

from __future__ import annotations

import io
import json

import pytest

from infra.deploy.console import Console
from infra.deploy.messages import DeployError, ExitCode


@pytest.mark.parametrize("answer", ["", "\n", "n\n", "perhaps\n"], ids=["end of file", "empty", "no", "other"])
def test_only_yes_is_a_yes(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    with pytest.raises(DeployError) as raised:
        Console().confirm("Change the stack?")
    assert raised.value.code is ExitCode.DECLINED


@pytest.mark.parametrize("answer", ["y\n", "Yes\n"], ids=["y", "Yes"])
def test_yes_goes_on(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    Console().confirm("Change the stack?")


def test_with_json_only_the_object_is_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(as_json=True)
    console.say("progress")
    console.warn("a quota")
    assert console.finish(ExitCode.REFUSED, "why") == 3
    out, err = capsys.readouterr()
    assert json.loads(out) == {"warnings": ["a quota"], "exit": 3, "error": "why"}
    assert err == "progress\nWarning: a quota\nwhy\n"
