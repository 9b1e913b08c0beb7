"""ministack: AWS's control plane on this machine, CloudFormation included. It checks no values of properties.

It pins another botocore than ours, so it is installed into a virtual environment of its own, by its hashes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3

from tests.machine import ROOT, free_port, wait_until
from tests.services import missing

_REQUIREMENTS = Path(__file__).with_suffix(".txt")

#: Types that it does not know. Its ValidateTemplate refuses them whether their condition is true or not, as soon as
#: one of the template's parameters has no default.
UNSUPPORTED_TYPES = (
    "AWS::Budgets::Budget",
    "AWS::Logs::QueryDefinition",
    "AWS::Route53::RecordSetGroup",
    "AWS::SecretsManager::RotationSchedule",
)


def supported(template: str) -> str:
    """Return the template without the resources of `UNSUPPORTED_TYPES`."""
    types = "|".join(map(re.escape, UNSUPPORTED_TYPES))
    return re.sub(rf"^  \w+:\n    Type: (?:{types})\n(?:(?:    .*)?\n)*", "", template, flags=re.MULTILINE)


@contextmanager
def run_ministack(folder: Path) -> Iterator[str]:
    """Yield the endpoint of a new, empty server."""
    program, port, log = _program(), free_port(), folder / "ministack.log"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    # Without the last one, it opens port 8883 on all addresses.
    own = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0"}
    with log.open("wb") as output:
        process = subprocess.Popen([program], cwd=folder, env={**kept, **own}, stdout=output, stderr=output)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(endpoint), lambda: log.read_text()[-4000:], 60)
        yield endpoint
    finally:
        process.kill()
        process.wait()


def _program() -> Path:
    """The installed program. If it cannot be installed, the test is skipped loudly, or fails if ``CI`` is set."""
    digest = hashlib.sha256(_REQUIREMENTS.read_bytes()).hexdigest()[:16]
    folder = ROOT / "var" / f"ministack-{digest}"
    with _only_one(folder.with_suffix(".lock")):
        _install(folder)
    return folder / "bin" / "ministack"


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Of the processes that run tests, one alone is in the block at a time."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _install(folder: Path) -> None:
    ready = folder / "ready"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        options = "--quiet", "--disable-pip-version-check", "--require-hashes", "--requirement"
        command = [str(folder / "bin" / "python"), "-m", "pip", "install", *options, str(_REQUIREMENTS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            missing("MINISTACK", f"the tests of deployments need it, and pip says: {done.stderr[-500:]}")
        ready.touch()


def _answers(endpoint: str) -> bool:
    try:
        return urllib3.request("GET", f"{endpoint}/_ministack/health", timeout=5, retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False
