"""The packages of a deployment: built now, or by an earlier `make package`."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.deploy.messages import DeployError
from infra.edge_mode import EdgeMode
from infra.package import VERSION, build, build_code, packages_of, parameter_names, template_parameters
from infra.package_contents import find_python
from infra.wheel_download import ROOT, PackageError

PACKAGE_FOLDER = ROOT / "var" / "packages"


@dataclass(frozen=True)
class Build:
    """The zips and the template's parameters that name them."""

    zips: tuple[Path, ...]
    parameters: Mapping[str, str]

    @property
    def digest(self) -> str:
        """16 hex digits that stand for exactly this code: what ``rollback`` takes."""
        return digest_of(self.parameters)


def digest_of(parameters: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(sorted(parameters.items()))).encode()).hexdigest()[:16]


def build_packages(policy: Path, mode: EdgeMode) -> Build:
    """Build what the mode needs: zips in var/packages, and the CloudFront Function. Raises `DeployError`."""
    python = find_python(VERSION)
    try:
        code = build_code(mode, policy)
        packages = {spec: build(spec, PACKAGE_FOLDER, policy, python=python) for spec in packages_of(mode)}
    except (PackageError, OSError) as error:
        raise DeployError(f"The packages cannot be built: {error}") from error
    parameters = dict(text.split("=", 1) for text in template_parameters(packages))
    return Build(tuple(package.path for package in packages.values()), {**parameters, **code})


def read_packages(folder: Path, mode: EdgeMode) -> Build:
    """Return the packages that `make package` wrote to ``folder``. Raises `DeployError` if they are damaged.

    Also if they are for another mode.
    """
    try:
        lines: list[str] = json.loads((folder / "parameters.json").read_text())
        parameters = dict(text.split("=", 1) for text in lines)
        require_mode(parameters, mode, str(folder))
        zips = tuple(folder / parameters[f"{spec.parameter}Key"] for spec in packages_of(mode))
        for spec, path in zip(packages_of(mode), zips, strict=True):
            _require_valid(path, spec.max_bytes, parameters[f"{spec.parameter}Sha256"] if spec.numbered else "")
    except (OSError, ValueError, KeyError) as error:
        message = f"{folder} does not have the packages that its parameters.json describes: {error}. Run: make package"
        raise DeployError(message) from error
    return Build(zips, parameters)


def require_mode(parameters: Mapping[str, str], mode: EdgeMode, what: str) -> None:
    """Raises `DeployError` if the build with these ``parameters`` is not one for ``mode``."""
    if missing := [name for name in parameter_names(mode) if name not in parameters]:
        raise DeployError(f"{what} is not a build for the mode {mode}: it lacks {', '.join(missing)}.")


def _require_valid(path: Path, max_bytes: int, sha256: str) -> None:
    body = path.read_bytes()
    if len(body) > max_bytes:
        raise DeployError(f"{path} has {len(body)} bytes; at most {max_bytes} are allowed. Run: make package")
    if sha256 and base64.b64encode(hashlib.sha256(body).digest()).decode() != sha256:
        raise DeployError(
            f"{path} is not the file that parameters.json describes: its SHA-256 differs. Run: make package"
        )
