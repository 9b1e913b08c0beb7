"""``python -m infra.local.cloudfront --template infra/template.yaml --store file:///var/objects --data var/cdn``."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
from pathlib import Path

from infra.local.cloudfront.cfn import TemplateError
from infra.local.cloudfront.handlers import HandlerMissingError
from infra.local.cloudfront.ledger import Quota
from infra.local.cloudfront.server import Settings, listen, serve


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 0 after a signal, 1 with one line on stderr where it cannot start."""
    options = _parser().parse_args(arguments)
    try:
        bound = listen(options.host, options.port)
    except OSError as error:
        return _fail(f"cannot listen on {options.host}:{options.port}: {error.strerror or error}")
    line = f"cloudfront: listening on {_url(bound)} distribution {options.distribution_id}"
    try:
        asyncio.run(serve(_settings(options), bound, lambda: print(line, flush=True)))
    except (TemplateError, HandlerMissingError, OSError, ValueError) as error:
        return _fail(str(error))
    finally:
        bound.close()
    return 0


def _url(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _fail(message: str) -> int:
    print(f"cloudfront: {message}", file=sys.stderr)
    return 1


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        template=options.template,
        store=options.store,
        data=options.data,
        distribution_id=options.distribution_id,
        collapsing=options.collapse,
        quota=Quota(options.max_paths, options.max_wildcards, options.invalidation_seconds),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local.cloudfront", description="CloudFront on one machine.")
    parser.add_argument("--template", type=Path, required=True, help="the CloudFormation template")
    parser.add_argument("--store", required=True, help="file:///path, or s3+http://host:port/bucket?region=…")
    parser.add_argument("--data", type=Path, required=True, help="where the cache and the invalidations are kept")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    parser.add_argument("--distribution-id", default=Settings.__dataclass_fields__["distribution_id"].default)
    parser.add_argument(
        "--no-collapse", dest="collapse", action="store_false", help="each miss goes to the origin itself"
    )
    parser.add_argument("--max-paths", type=int, default=Quota().paths, help="invalidation paths in progress")
    parser.add_argument("--max-wildcards", type=int, default=Quota().wildcards, help="wildcards in progress")
    parser.add_argument(
        "--invalidation-seconds", type=float, default=Quota().seconds, help="how long one is in progress"
    )
    return parser


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # an ordinary exit would wait for a viewer-request call that hangs in its thread
