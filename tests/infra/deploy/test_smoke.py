"""A smoke test that fails is reported, and the stack stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.contract.policy import load_policy
from infra.deploy.console import Console
from infra.deploy.messages import DeployError
from infra.deploy.smoke import smoke_test
from tests.infra.deploy.conftest import Deployment
from tests.smoke.stack import open_stack


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


def test_the_stack_is_asked_by_the_policy_that_is_deployed_also_after_a_rollback(deployment: Deployment) -> None:
    deployment.deployed()
    assert deployment.deploy(build=1) == 0, deployment.err
    with open_stack(deployment.stack) as stack:
        assert stack.policy.quality == 60
    assert deployment.run("status") == 0
    oldest = deployment.out.rsplit("newest first", 1)[1].split()[-1]
    assert deployment.run("rollback", oldest) == 0, deployment.err
    with open_stack(deployment.stack) as stack:
        assert stack.policy == load_policy()


def test_without_the_package_the_policy_of_this_checkout_is_used(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.deployed()
    for each in deployment.aws.s3.list_objects_v2(Bucket=deployment.code_bucket)["Contents"]:
        deployment.aws.s3.delete_object(Bucket=deployment.code_bucket, Key=each["Key"])
    with open_stack(deployment.stack) as stack:
        assert stack.policy == load_policy()
    assert "Warning: the policy of this checkout is used" in capsys.readouterr().out
