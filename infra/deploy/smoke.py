"""Asks the deployed stack how it behaves, with the smoke test of this checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from edge.contract.policy import ENVIRONMENT_VARIABLE
from infra.deploy.console import Console
from infra.deploy.messages import DeployError, ExitCode
from infra.wheel_download import ROOT


def smoke_test(console: Console, stack: str, policy: Path) -> None:
    """``policy`` is the deployed one. Raises `DeployError` if the test fails.

    The stack stays as it is: the answers say what differs.
    """
    if not (ROOT / "tests" / "smoke").is_dir():
        console.warn("The smoke test is not here. Run it from a complete checkout: make smoke")
        return
    console.say("Asking the stack how it behaves …")
    command = [sys.executable, "-m", "tests.smoke", stack]
    done = subprocess.run(  # noqa: S603 # our own command
        command,
        cwd=ROOT,
        env={**os.environ, ENVIRONMENT_VARIABLE: str(policy.absolute())},
        check=False,
        stdout=sys.stderr.fileno() if console.as_json else None,
    )
    console.facts["smoke"] = done.returncode == 0
    if done.returncode:
        message = f"The stack is deployed, but its smoke test failed. Repeat it with: make smoke STACK={stack}"
        raise DeployError(message, ExitCode.SMOKE_FAILED)
