"""The command line of ``python -m infra.deploy``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from edge.contract.policy import BAKED, ENVIRONMENT_VARIABLE
from infra.deploy.aws import Aws
from infra.deploy.console import Console
from infra.deploy.destroy import destroy
from infra.deploy.messages import DeployError, ExitCode, aws_error
from infra.deploy.stack import require_stack
from infra.deploy.status import status
from infra.deploy.update import DeployOptions, deploy, rollback
from infra.wheel_download import ROOT

_COMMANDS = {
    "deploy": "create the stack, or update it (the default)",
    "update": "update the stack; refuse to create one",
    "rollback": "deploy an earlier build, or continue a rollback that failed",
    "status": "show the stack, its outputs and the builds in the code bucket",
    "destroy": "remove the stack; the bucket with the images stays",
}


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: an `ExitCode`."""
    first = arguments[0] if arguments else ""
    named = first in _COMMANDS or first in ("-h", "--help")
    options = _parser().parse_args([*([] if named else ["deploy"]), *arguments])
    console = Console(options.yes, options.json)
    try:
        _run(Aws(), console, options)
    except DeployError as error:
        return console.finish(error.code, str(error))
    except (BotoCoreError, ClientError) as raised:
        found = aws_error(raised)
        return console.finish(found.code, f"{found} {console.if_interrupted}")
    except KeyboardInterrupt:
        return console.finish(ExitCode.INTERRUPTED, f"\nInterrupted. {console.if_interrupted}")
    return console.finish(ExitCode.DONE)


def _run(aws: Aws, console: Console, options: argparse.Namespace) -> None:
    console.facts["command"] = options.command
    if options.command == "status":
        status(aws, console, options.stack, wait=options.follow, drift=options.drift)
    elif options.command == "destroy":
        destroy(aws, console, options.stack)
    elif options.command == "rollback":
        rollback(aws, console, _deploy_options(options), options.build)
    else:
        if options.command == "update":
            require_stack(aws, options.stack)
        deploy(aws, console, _deploy_options(options))


def _deploy_options(options: argparse.Namespace) -> DeployOptions:
    return DeployOptions(
        stack=options.stack,
        parameters=dict(options.parameters),
        policy=options.policy,
        template=options.template,
        env_file=options.env_file or ROOT / "var" / f"{options.stack}.env",
        packages=options.packages,
        create_code_bucket=options.create_code_bucket,
        switch_bucket=options.switch_bucket,
        smoke=not options.no_smoke,
    )


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.isalnum():
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return name, value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description="Deploys the stack of imagehub.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--stack", default="imagehub", help="the stack's name (default: imagehub)")
        command.add_argument("--yes", action="store_true", help="do not ask")
        command.add_argument("--json", action="store_true", help="print the result as JSON, and the rest on stderr")
        command.set_defaults(parameters=[], packages=None, create_code_bucket=False)
        command.set_defaults(template=ROOT / "infra/template.yaml", switch_bucket=False)
        command.set_defaults(policy=Path(os.environ.get(ENVIRONMENT_VARIABLE) or BAKED))
        if name == "status":
            command.add_argument("--follow", action="store_true", help="wait until a running change is complete")
            command.add_argument("--drift", action="store_true", help="find what was changed by hand since")
        if name == "rollback":
            command.add_argument("build", nargs="?", default="", help="the build's digest, as status shows it")
        if name in ("deploy", "update"):
            _add_build_options(command)
        if name in ("deploy", "update", "rollback"):
            command.add_argument("--env-file", type=Path, help="the file for the outputs (default: var/<stack>.env)")
            command.add_argument("--no-smoke", action="store_true", help="leave out the smoke test")
    return parser


def _add_build_options(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("parameters", nargs="*", type=_parameter, metavar="NAME=VALUE", help="the template's parameters")
    add("--policy", type=Path, help="the policy to include")
    add("--packages", type=Path, help="a folder of `make package`, instead of a new build")
    add("--template", type=Path, help="the template (default: infra/template.yaml)")
    add("--create-code-bucket", action="store_true", help="create CodeBucket if it does not exist")
    add("--switch-bucket", action="store_true", help="let the stack or Django change to another bucket")
