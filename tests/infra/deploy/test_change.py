"""A change under way: interrupted, cut off, and followed again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from infra.deploy.stack import find_stack
from tests.infra.deploy.conftest import Deployment
from tests.infra.deploy.relay import Relay
from tests.machine import ROOT, wait_until


@pytest.fixture
def slow(deployment: Deployment) -> Iterator[Deployment]:
    """A stack whose next update takes four seconds, and is then undone."""
    deployment.deployed()
    deployment.add_failure(seconds=4)
    yield deployment
    wait_until(lambda: deployment.describe()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE")


def test_ctrl_c_says_what_goes_on_and_how_to_follow_it(slow: Deployment) -> None:
    options = ["--yes", "--no-smoke", "--template", str(slow.template), "--packages", str(slow.packages[0])]
    command = [sys.executable, "-m", "infra.deploy", "--stack", slow.stack, "--env-file", str(slow.env_file), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: slow.describe()["StackStatus"] == "UPDATE_IN_PROGRESS")
    assert process.stdout is not None
    while "update in progress" not in process.stdout.readline():
        pass
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    follow = f"python -m infra.deploy status --follow --stack {slow.stack}"
    assert errors.strip() == f"Interrupted. CloudFormation continues by itself. Follow it with: {follow}"

    assert slow.deploy() == 3
    assert f"is being changed already (UPDATE_IN_PROGRESS). Follow it, then repeat the command: {follow}" in slow.err
    assert slow.run("destroy") == 3
    assert "is being changed (UPDATE_IN_PROGRESS)" in slow.err
    assert slow.run("status", "--follow") == 0, slow.err
    assert "UPDATE_ROLLBACK_COMPLETE" in slow.out


def test_a_lost_connection_says_what_goes_on_and_how_to_follow_it(
    slow: Deployment, ministack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = Relay(ministack, b"DescribeStackEvents", nth=3)
    with monkeypatch.context() as patched:
        patched.setenv("AWS_ENDPOINT_URL", relay.url)
        assert slow.deploy() == 6
    assert "AWS cannot be reached" in slow.err
    assert "CloudFormation continues by itself. Follow it with: python -m infra.deploy status --follow" in slow.err


@pytest.mark.parametrize("cut_at", [b".zip", b"ValidateTemplate", b"DescribeChangeSet"], ids=bytes.decode)
def test_a_connection_lost_before_the_change_leaves_no_stack(
    deployment: Deployment, ministack: str, monkeypatch: pytest.MonkeyPatch, cut_at: bytes
) -> None:
    relay = Relay(ministack, cut_at)
    with monkeypatch.context() as patched:
        patched.setenv("AWS_ENDPOINT_URL", relay.url)
        assert deployment.deploy() == 6
    assert "Check the network, then repeat the command. Nothing was changed." in deployment.err
    stack = find_stack(deployment.aws, deployment.stack)
    assert stack is None or not stack.is_deployed
    assert deployment.deploy() == 0, deployment.err
