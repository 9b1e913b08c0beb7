"""One ministack for all tests of the deployment. Each test has a stack and a code bucket of its own."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import create_loader

from edge.contract.policy import BAKED
from infra.deploy import follow
from infra.deploy.aws import Aws
from infra.deploy.cli import main
from infra.edge_mode import EdgeMode
from infra.package import (
    GATEWAY,
    ORIGIN_RESPONSE,
    ROTATION,
    VIEWER_REQUEST,
    PackageSpec,
    build,
    build_code,
    template_parameters,
)
from infra.reproducible_zip import ZipFile, write_zip
from tests.machine import ROOT
from tests.ministack import run_ministack, supported


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_ministack(tmp_path_factory.mktemp("ministack")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two folders of packages: the second one has another viewer-request."""
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    policy = second / "policy.json"
    policy.write_text(json.dumps(json.loads(BAKED.read_text()) | {"quality": 60}))
    _write_packages(first, BAKED)
    _write_packages(second, policy)
    return first, second


def _write_packages(folder: Path, policy: Path) -> None:
    zips = {spec: build(spec, folder, policy) for spec in (VIEWER_REQUEST, ROTATION)}
    zips[ORIGIN_RESPONSE] = _handler_alone(ORIGIN_RESPONSE, folder)
    (folder / "parameters.json").write_text(json.dumps(template_parameters(zips)))


def _handler_alone(spec: PackageSpec, folder: Path) -> ZipFile:
    """Of a renderer only the handler, so that no wheel is downloaded; ministack does not run it."""
    handler = Path(*spec.module.split(".")).with_suffix(".py")
    (folder / spec.name / handler.parent).mkdir(parents=True)
    (folder / spec.name / handler).write_bytes((ROOT / handler).read_bytes())
    return write_zip(folder, spec.name, folder / spec.name)


@pytest.fixture(scope="session")
def regional_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of the mode regional. The rotation has no awscrt, so that no wheel is downloaded."""
    folder = tmp_path_factory.mktemp("regional")
    zips = {GATEWAY: _handler_alone(GATEWAY, folder), ROTATION: build(ROTATION, folder)}
    code = build_code(EdgeMode(regional=True, function=True), BAKED)
    lines = [*template_parameters(zips), *(f"{name}={value}" for name, value in code.items())]
    (folder / "parameters.json").write_text(json.dumps(lines))
    return folder


@dataclass
class Deployment:
    """A stack of a test, and what the command line printed last."""

    stack: str
    folder: Path
    packages: tuple[Path, Path]
    aws: Aws
    capture: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    @property
    def code_bucket(self) -> str:
        return f"{self.stack}-code"

    @property
    def env_file(self) -> Path:
        return self.folder / "imagehub.env"

    @property
    def template(self) -> Path:
        return self.folder / "template.yaml"

    def run(self, command: str, *arguments: str) -> int:
        """Run the command line with ``--yes`` for this stack. Return its exit code."""
        options = ["--stack", self.stack, "--yes"]
        if command in ("deploy", "update", "rollback"):
            options += ["--env-file", str(self.env_file), "--no-smoke"]
        return self.run_alone(command, *options, *arguments)

    def run_alone(self, *arguments: str) -> int:
        code = main(arguments)
        self.out, self.err = self.capture.readouterr()
        return code

    def deploy(self, *arguments: str, build: int = 0, command: str = "deploy") -> int:
        """Deploy one of the two `packages`; the code bucket is created."""
        return self.deploy_from(self.packages[build], *arguments, command=command)

    def deploy_from(self, packages: Path, *arguments: str, command: str = "deploy") -> int:
        """The same with other packages."""
        names = ["--template", str(self.template), "--packages", str(packages)]
        return self.run(command, *names, "--create-code-bucket", f"CodeBucket={self.code_bucket}", *arguments)

    def deployed(self, *arguments: str) -> Deployment:
        """The same, with a stack."""
        assert self.deploy(*arguments) == 0, self.err
        return self

    def add_failure(self, seconds: int = 1, after: str = "Bucket") -> None:
        """Make the next creation or update fail after ``seconds``: nobody sends the signal that it waits for."""
        lines = (
            "  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}\n"
            f"  Broken: {{Type: AWS::CloudFormation::WaitCondition, DependsOn: {after}, "
            f'Properties: {{Handle: !Ref Handle, Timeout: "{seconds}"}}}}\n'
        )
        self.template.write_text(self.template.read_text().replace("Resources:\n", f"Resources:\n{lines}", 1))

    def outputs(self) -> dict[str, str]:
        return {each["OutputKey"]: each["OutputValue"] for each in self.describe()["Outputs"]}

    def describe(self) -> dict[str, Any]:
        found: dict[str, Any] = self.aws.cloudformation.describe_stacks(StackName=self.stack)["Stacks"][0]
        return found

    def versions(self) -> list[int]:
        """How many versions each of both functions has."""
        pages = self.aws.functions.get_paginator("list_functions").paginate()
        names = [function["FunctionName"] for page in pages for function in page["Functions"]]
        own = sorted(name for name in names if name.startswith(f"{self.stack}-"))
        lists = (self.aws.functions.list_versions_by_function(FunctionName=name)["Versions"] for name in own)
        return [len(versions) - 1 for versions in lists]  # without $LATEST


#: One for all sessions: each would parse the same descriptions of services again.
_loader = cache(create_loader)


@pytest.fixture
def account(ministack: str, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The clients as the command opens them: the environment names ministack."""
    for name, value in (
        ("ENDPOINT_URL", ministack),
        ("ACCESS_KEY_ID", "test"),
        ("SECRET_ACCESS_KEY", "test"),
        ("MAX_ATTEMPTS", "1"),
        ("EC2_METADATA_DISABLED", "true"),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr("botocore.session.create_loader", _loader)
    # What takes AWS minutes takes ministack tenths of a second.
    monkeypatch.setattr(follow, "PAUSES", (0.05,) * 200)
    return Aws()


@pytest.fixture
def deployment(
    account: Aws, tmp_path: Path, packages: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> Deployment:
    found = Deployment(f"t{uuid.uuid4().hex[:10]}", tmp_path, packages, account, capsys)
    found.template.write_text(supported((ROOT / "infra/template.yaml").read_text()))
    return found
