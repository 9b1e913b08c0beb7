"""A smoke test that fails is reported, and the stack stays."""

from __future__ import annotations

from tests.infra.deploy.conftest import Deployment


def test_a_failed_smoke_test_has_an_exit_code_of_its_own(deployment: Deployment) -> None:
    closed = ["DomainName=127.0.0.1:9", "CertificateArn=arn:aws:acm:us-east-1:1:certificate/x"]
    deployment.deployed(*closed)
    options = ["--template", str(deployment.template), "--packages", str(deployment.packages[0])]
    command = ["update", "--stack", deployment.stack, "--yes", "--env-file", str(deployment.env_file), *options]
    assert deployment.run_alone(*command) == 5
    assert f"its smoke test failed. Repeat it with: make smoke STACK={deployment.stack}" in deployment.err
