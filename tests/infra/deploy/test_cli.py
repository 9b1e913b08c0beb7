"""The command line: JSON, declined questions, and wrong arguments."""

from __future__ import annotations

import io
import json

import pytest

from infra.deploy.stack import find_stack
from tests.infra.deploy.conftest import Deployment


def test_json_has_the_outputs_and_the_build(deployment: Deployment) -> None:
    assert deployment.deploy("--json") == 0, deployment.err
    result = json.loads(deployment.out)
    assert (result["command"], result["exit"], result["status"]) == ("deploy", 0, "CREATE_COMPLETE")
    assert result["outputs"] == deployment.outputs()
    assert "create Bucket (S3 Bucket)" in result["changes"]
    assert deployment.run("status", "--json") == 0
    assert json.loads(deployment.out)["builds"] == [result["build"]]


def test_a_declined_change_leaves_no_stack(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    options = ["--template", str(deployment.template), "--packages", str(deployment.packages[0])]
    code = f"CodeBucket={deployment.code_bucket}"
    assert deployment.run_alone("--stack", deployment.stack, *options, "--create-code-bucket", code) == 4
    assert deployment.err.endswith("Nothing was changed.\n")
    assert find_stack(deployment.aws, deployment.stack) is None


@pytest.mark.parametrize("arguments", [["deploy", "BucketName"], ["remove"], ["status", "a=b"]], ids=str)
def test_wrong_arguments_are_a_usage_error(deployment: Deployment, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        deployment.run_alone(*arguments)
    assert raised.value.code == 2


def test_without_an_answer_the_command_asks_for_yes(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    deployment.deployed()
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert deployment.run_alone("destroy", "--stack", deployment.stack) == 4
    assert "Add --yes if the answer is yes" in deployment.err
