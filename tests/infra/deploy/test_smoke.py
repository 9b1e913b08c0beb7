"""A smoke test that fails is reported, and the stack stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.deploy.console import Console
from infra.deploy.messages import DeployError
from infra.deploy.smoke import smoke_test
from tests.infra.deploy.conftest import Deployment


def test_a_failed_smoke_test_has_an_exit_code_of_its_own(deployment: Deployment) -> None:
    closed = ["DomainName=127.0.0.1:9", "CertificateArn=arn:aws:acm:us-east-1:1:certificate/x"]
    deployment.deployed(*closed)
    options = ["--template", str(deployment.template), "--packages", str(deployment.packages[0])]
    command = ["update", "--stack", deployment.stack, "--yes", "--env-file", str(deployment.env_file), *options]
    assert deployment.run_alone(*command) == 5
    assert f"its smoke test failed. Repeat it with: make smoke STACK={deployment.stack}" in deployment.err


def test_the_stack_is_asked_with_the_policy_that_was_deployed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy.json").write_text('{"quality": "high"}')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DeployError):
        smoke_test(Console(), "local", Path("policy.json"))
    assert "ValueError: policy.json: " in capfd.readouterr().err
