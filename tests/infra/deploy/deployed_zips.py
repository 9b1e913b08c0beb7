"""Whole packages for the Python that runs the tests, and the deployed zips, run as Lambda runs them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from infra.deploy.aws import Aws
from infra.package import PACKAGES, read_policy, template_parameters
from infra.package_contents import copy_modules
from infra.reproducible_zip import write_zip
from tests.edge.events import origin_response, viewer_request

_WHEELS = ("PIL", "pillow.libs", "pillow-*.dist-info", "cykooz_resizer*")


def write_packages(folder: Path, policy: Path) -> None:
    """As `make package`, but with the installed wheels: those for Lambda's Python may not run here."""
    zips = {}
    for spec in PACKAGES:
        stage = folder.parent / f"stage-{spec.name}"
        if not stage.exists():
            copy_modules(spec.module, _installed(folder.parent / "wheels"), stage)
        (stage / "edge/contract/policy.json").write_bytes(read_policy(policy))
        zips[spec] = write_zip(folder, spec.name, stage)
    (folder / "parameters.json").write_text(json.dumps(template_parameters(zips)))


def _installed(folder: Path) -> Path:
    """The folder with what the wheels of all packages contain."""
    site = Path(sysconfig.get_path("platlib"))
    for path in sorted({path for pattern in _WHEELS for path in site.glob(pattern)}):
        if not (folder / path.name).exists():
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            copy(path, folder / path.name)
    assert (folder / "PIL").exists(), site
    return folder


def run_deployed(aws: Aws, stack: str, folder: Path, url: str, store: str, environment: Mapping[str, str]) -> Any:
    """What both functions of the stack reply to a visitor's ``url``, from the zips in its code bucket.

    The variant key that viewer-request answers with, and the status, type and length of origin-response's reply.
    """
    described = aws.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["Parameters"]
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in described}
    tasks = {}
    for name in ("ViewerRequest", "OriginResponse"):
        body = aws.s3.get_object(Bucket=parameters["CodeBucket"], Key=parameters[f"{name}Key"])["Body"].read()
        tasks[name] = folder / f"{name}-{parameters[f'{name}Key']}"
        zipfile.ZipFile(BytesIO(body)).extractall(tasks[name])
    uri = _run(tasks["ViewerRequest"], "viewer_request", viewer_request(url, "image/webp"), environment)["uri"]
    reply = _run(tasks["OriginResponse"], "origin_response", origin_response(uri, store), environment)
    return uri, reply["status"], reply["headers"]["content-type"][0]["value"]


def _run(task: Path, module: str, event: Any, environment: Mapping[str, str]) -> Any:
    """Run a handler with its package and the standard library alone."""
    script = (
        f"import json, sys; sys.path.insert(0, {str(task)!r})\n"
        f"from edge.{module} import handler\n"
        "print(json.dumps(handler(json.load(sys.stdin), None)))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script],
        input=json.dumps(event),
        env=dict(environment),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
