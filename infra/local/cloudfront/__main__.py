"""``python -m infra.local.cloudfront --template infra/template.yaml --store file:///var/objects --data var/cdn``."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from infra.local.cloudfront.app_factory import ServerSettings
from infra.local.cloudfront.cloudformation import TemplateError
from infra.local.cloudfront.handlers import HandlerMissingError
from infra.local.cloudfront.invalidation_store import InvalidationQuota
from infra.local.cloudfront.server import serve
from infra.local.cloudfront.uvicorn_server import listen, url_of


def main(arguments: list[str] | None = None) -> int:
    """Return the exit status: 0 after a signal; 1, with one line on stderr, if the server cannot start."""
    options = _parser().parse_args(arguments)
    try:
        bound = listen(options.host, options.port)
    except OSError as error:
        return _fail(f"cannot listen on {options.host}:{options.port}: {error.strerror or error}")
    line = f"cloudfront: listening on {url_of(bound)} distribution {options.distribution_id}"
    try:
        # Flushed, because a parent process may wait for this line on a pipe.
        asyncio.run(serve(_settings(options), bound, lambda: print(line, flush=True)))
    except (TemplateError, HandlerMissingError, OSError, ValueError) as error:
        return _fail(str(error))
    finally:
        bound.close()
    return 0


def _fail(message: str) -> int:
    print(f"cloudfront: {message}", file=sys.stderr)
    return 1


def _settings(options: argparse.Namespace) -> ServerSettings:
    return ServerSettings(
        template=options.template,
        store=options.store,
        data=options.data,
        parameters={**dict(options.parameters), **({"Mode": options.mode} if options.mode else {})},
        signing_keys=options.signing_keys,
        distribution_id=options.distribution_id,
        collapsing=options.collapse,
        quota=InvalidationQuota(options.max_paths, options.max_wildcards, options.invalidation_seconds),
    )


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return name, value


def _parser() -> argparse.ArgumentParser:
    quota = InvalidationQuota()
    parser = argparse.ArgumentParser(
        prog="python -m infra.local.cloudfront",
        description="Run CloudFront on this machine, as the CloudFormation template configures it.",
    )
    add = parser.add_argument
    add("--template", type=Path, required=True, help="the CloudFormation template")
    add("--store", required=True, help="file:///path, or s3+http://host:port/bucket?region=…")
    add("--data", type=Path, required=True, help="the directory for the cache and the invalidations")
    add("--mode", help="edge or regional: the template's parameter Mode")
    add("--parameter", dest="parameters", action="append", default=[], type=_parameter, metavar="NAME=VALUE")
    add("--signing-keys", type=Path, help="the file with the entry signing-keys of the KeyValueStore")
    add("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    add("--port", type=int, default=8080, help="0 picks a free port (default: %(default)s)")
    add("--distribution-id", default=ServerSettings.__dataclass_fields__["distribution_id"].default)
    add("--no-collapse", dest="collapse", action="store_false", help="send every cache miss to the origin")
    add("--max-paths", type=int, default=quota.paths, help="invalidation paths in progress (default: %(default)s)")
    add("--max-wildcards", type=int, default=quota.wildcards, help="wildcards in progress (default: %(default)s)")
    add(
        "--invalidation-seconds",
        type=float,
        default=quota.seconds,
        help="how long an invalidation stays in progress (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # A normal exit would wait for the thread of a viewer-request call that hangs.
    os._exit(status)
