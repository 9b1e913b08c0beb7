"""Build the CloudFront Function viewer-request for one policy: ``python -m infra.functions.build``.

It needs no Node. The same source and policy give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.contract.policy import BAKED, Policy
from infra.functions.minify import minify
from infra.functions.tables import constants, declarations

SOURCE = Path(__file__).with_name("viewer-request.js")
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions
MAX_BYTES = 10_240
#: The template has the code in three parameters, since a parameter has at most 4,096 bytes:
#: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_PARTS, _MAX_PARAMETER = 3, 4_096
#: Properties of objects that only viewer-request.js sees. The error's own are JSON, and all others CloudFront's.
_OWN_PROPERTIES = ["text", "spelled", "slug", "query", "claim", "tail", "across", "down", "fitting", "first"]


class FunctionTooLarge(ValueError):
    """The function has more bytes than CloudFront accepts."""


@dataclass(frozen=True, slots=True)
class FunctionFile:
    """The function as it is deployed; ``size`` in bytes, ``sha256`` in hexadecimal."""

    path: Path
    size: int
    sha256: str


def build(policy: Policy) -> str:
    """The function's code. Raises `FunctionTooLarge`."""
    tables = declarations(policy)
    head, line, body = SOURCE.read_text().partition("import cf from 'cloudfront';\n")
    declared = "".join(f"const {name} = {text};\n" for name, text in tables.items())
    code = minify(
        head + line + declared + body, constants(policy), ["handler", "answer", "cf"], _OWN_PROPERTIES, "answer"
    )
    size = len(code.encode())
    if size > MAX_BYTES:
        raise FunctionTooLarge(
            f"The function has {size} bytes; CloudFront accepts {MAX_BYTES}. Shorten the policy's ladder or ratios."
        )
    return code


def write(policy: Policy, out: Path) -> FunctionFile:
    """Write the function to the folder ``out``. Raises `FunctionTooLarge`."""
    code = build(policy).encode()
    out.mkdir(parents=True, exist_ok=True)
    path = out / SOURCE.name
    path.write_bytes(code)
    return FunctionFile(path, len(code), hashlib.sha256(code).hexdigest())


def function_parameters(code: str) -> dict[str, str]:
    """The template's parameters with the function's code, cut where no white space could be lost."""
    parts, rest = [], code
    for _ in range(_PARTS - 1):
        size = min(len(rest), _MAX_PARAMETER)
        while not _can_be_cut(rest, size):
            size -= 1
        parts.append(rest[:size])
        rest = rest[size:]
    return {f"ViewerRequestCode{number}": part for number, part in enumerate([*parts, rest], 1)}


def _can_be_cut(code: str, size: int) -> bool:
    around = code[size - 1 : size + 1]
    return around == around.strip() and len(code[:size].encode()) <= _MAX_PARAMETER


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.functions.build", description=__doc__.partition("\n")[0])
    parser.add_argument("--policy", type=Path, default=BAKED, help="the policy file; Django must read the same one")
    parser.add_argument("--out", type=Path, default=Path("var/packages"), help="the folder for viewer-request.js")
    options = parser.parse_args(arguments)
    try:
        written = write(Policy.parse(options.policy.read_text()), options.out)
    except (OSError, ValueError) as error:
        print(f"{type(error).__name__}: {error}" if isinstance(error, OSError) else error, file=sys.stderr)
        return 1
    print(f"{written.path}: {written.size:,} of {MAX_BYTES:,} bytes, SHA-256 {written.sha256}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
