"""Build what runs on AWS, zip files and the CloudFront Function: the same source gives the same bytes.

Each zip holds the modules that its function imports and no others; the policy; and bytecode, because Lambda's code
folder is read-only, so Python would compile the modules again at every cold start.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from edge.contract.policy import BAKED, ENVIRONMENT_VARIABLE, Policy
from edge.storage.signing_keys.location import SigningKeyFile, parse_location
from infra.edge_mode import MODES, VIEWER_REQUESTS, EdgeMode
from infra.functions.build import MAX_BYTES, FunctionTooLarge, function_parameters
from infra.functions.build import build as build_function
from infra.functions.build import write as write_function
from infra.package_contents import add_bytecode, copy_modules, find_python
from infra.reproducible_zip import ZipFile, write_zip
from infra.wheel_download import ROOT, PackageError, download_wheel

#: The template's Runtime. Lambda@Edge supports x86_64 only, on Amazon Linux 2023 (glibc 2.34):
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
VERSION = "3.13"


@dataclass(frozen=True, slots=True)
class PackageSpec:
    """What goes into a function's zip: its handler's module and third-party wheels, within ``max_bytes``."""

    name: str
    module: str
    wheels: tuple[str, ...]
    max_bytes: int
    #: Whether the template publishes numbered versions of the function, as Lambda@Edge needs them.
    numbered: bool = True

    @property
    def parameter(self) -> str:
        """What the names of the function's parameters in the template begin with."""
        return self.name.title().replace("-", "")


_IMAGE_WHEELS = ("pillow", "cykooz-resizer")
_ROTATION = "rotate-signing-keys", "infra.functions.rotate_signing_keys"
VIEWER_REQUEST = PackageSpec("viewer-request", "edge.viewer_request", (), 1_000_000)
ORIGIN_RESPONSE = PackageSpec("origin-response", "edge.origin_response", _IMAGE_WHEELS, 10_000_000)
# For the architecture that the tests run, so that both renderers give the same bytes: docs/gateway.md.
GATEWAY = PackageSpec("gateway", "edge.gateway", _IMAGE_WHEELS, 10_000_000, numbered=False)
ROTATION = PackageSpec(*_ROTATION, (), 1_000_000, numbered=False)
#: The same function where it also writes a KeyValueStore, whose API asks for SigV4A.
PUBLISHING_ROTATION = PackageSpec(*_ROTATION, ("awscrt",), 10_000_000, numbered=False)


def packages_of(mode: EdgeMode) -> tuple[PackageSpec, ...]:
    """The packages that a stack in this mode has."""
    if not mode.function:
        return VIEWER_REQUEST, ORIGIN_RESPONSE, ROTATION
    return GATEWAY if mode.regional else ORIGIN_RESPONSE, PUBLISHING_ROTATION


#: Those of the default mode.
PACKAGES = packages_of(EdgeMode())


def build(
    spec: PackageSpec, out: Path, policy: Path = BAKED, version: str = VERSION, python: Path | None = None
) -> ZipFile:
    """Write the zip of ``spec``, named by its content, to the folder ``out``.

    It is for Python ``version``, and has bytecode if ``python`` is given. Raises `PackageError`.
    """
    with TemporaryDirectory() as folder:
        wheels, stage = Path(folder, "wheels"), Path(folder, "stage")
        for name in spec.wheels:
            download_wheel(name, version, wheels)
        copy_modules(spec.module, wheels, stage)
        (stage / "edge" / "contract" / "policy.json").write_bytes(read_policy(policy))
        if python:
            add_bytecode(python, stage)
        out.mkdir(parents=True, exist_ok=True)
        package = write_zip(out, spec.name, stage)
    if package.size > spec.max_bytes:
        raise PackageError(f"{package.path} has {package.size} bytes; at most {spec.max_bytes} are allowed.")
    return package


def read_policy(path: Path) -> bytes:
    """Return the policy file's bytes. Raises `PackageError` if the policy is invalid or cannot work on Lambda."""
    text = path.read_text()
    try:
        secret = Policy.parse(text).secret
        is_file = bool(secret) and isinstance(parse_location(secret), SigningKeyFile)
    except ValueError as error:
        raise PackageError(f"{path}: {error}") from error
    if is_file:
        message = f'{path}: "secret" is {secret}, but a Lambda function cannot read that file.'
        raise PackageError(f"{message} Use secretsmanager:<name>?region=… instead.")
    return text.encode()


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status: 1, with a message on stderr, if a package cannot be built."""
    options = _parser().parse_args(arguments)
    python = find_python(VERSION, options.python)
    if python is None and options.python:
        _parser().error(f"{options.python} is not Python {VERSION}")
    if python is None:
        print(
            f"Python {VERSION} was not found, so the packages have no bytecode and cold starts are slower. "
            "See docs/package.md.",
            file=sys.stderr,
        )
    mode = EdgeMode.of({"Mode": options.mode, "ViewerRequest": options.viewer_request})
    try:
        function = write_function(Policy.parse(read_policy(options.policy).decode()), options.out)
        print(f"{function.path}  {function.size:,} bytes of {MAX_BYTES:,}, SHA-256 {function.sha256}")
        packages = {}
        code = build_code(mode, options.policy)
        for spec in packages_of(mode):
            package = packages[spec] = build(spec, options.out, options.policy, python=python)
            size = f"{package.size / 1e6:.2f} MB of {spec.max_bytes / 1e6:.0f}"
            print(f"{package.path}  {size}, {package.files} files  {package.sha256}")
    except (PackageError, FunctionTooLarge) as error:
        print(error, file=sys.stderr)
        return 1
    parameters = options.out / "parameters.json"
    lines = [*template_parameters(packages), *(f"{name}={value}" for name, value in code.items())]
    parameters.write_text(json.dumps(lines, indent=2) + "\n")
    print(f"{parameters}  the template's parameters for these packages")
    return 0


def build_code(mode: EdgeMode, policy: Path) -> Mapping[str, str]:
    """The template's parameters with the code of the CloudFront Function, if the mode has it. Raises `PackageError`."""
    if not mode.function:
        return {}
    try:
        return function_parameters(build_function(Policy.parse(read_policy(policy).decode())))
    except FunctionTooLarge as error:
        raise PackageError(str(error)) from error


def parameter_names(mode: EdgeMode) -> list[str]:
    """The template's parameters that describe a build for this mode."""
    zips = [f"{spec.parameter}Key" for spec in packages_of(mode)]
    hashes = [f"{spec.parameter}Sha256" for spec in packages_of(mode) if spec.numbered]
    return [*zips, *hashes, *(function_parameters("") if mode.function else ())]


def template_parameters(packages: Mapping[PackageSpec, ZipFile]) -> list[str]:
    """Return the template's parameters that name ``packages``, as ``aws cloudformation deploy`` reads them."""
    keys = [f"{spec.parameter}Key={package.path.name}" for spec, package in packages.items()]
    hashes = [f"{spec.parameter}Sha256={package.sha256}" for spec, package in packages.items() if spec.numbered]
    return [*keys, *hashes]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "var" / "packages", help="the folder for the zips (default: var/packages)"
    )
    parser.add_argument(
        "--policy",
        type=Path,
        default=Path(os.environ.get(ENVIRONMENT_VARIABLE) or BAKED),
        help=f"the policy file to include (default: ${ENVIRONMENT_VARIABLE}, or edge/contract/policy.json)",
    )
    parser.add_argument("--mode", choices=MODES, default=MODES[0], help="the template's Mode (default: %(default)s)")
    parser.add_argument(
        "--viewer-request",
        choices=VIEWER_REQUESTS,
        default=VIEWER_REQUESTS[0],
        help="the template's ViewerRequest (default: %(default)s)",
    )
    parser.add_argument("--python", help=f"the Python {VERSION} interpreter that compiles the bytecode")
    return parser


if __name__ == "__main__":
    sys.exit(main())
