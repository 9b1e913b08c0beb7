"""``python -m infra.local.http_api --store file:///var/objects --data var/api --cdn http://127.0.0.1:8080``."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import socket
import sys
from pathlib import Path

from edge.sih.settings import VARIABLE, SihSettings
from edge.storage.atomic_write import write_atomically
from edge.storage.objects.location import open_store
from edge.storage.private_folder import create_private_folder
from infra.local.cloudfront.cloudformation import Reference, Template, TemplateError
from infra.local.cloudfront.function_loader import read_function
from infra.local.cloudfront.handlers import HandlerMissingError
from infra.local.cloudfront.process import TEMPLATE as FUNCTIONS
from infra.local.cloudfront.uvicorn_server import listen, running, serve_app, stop_event, url_of
from infra.local.cloudfront.worker_pool import WorkerPool
from infra.local.http_api.api import HttpApi, read_api
from infra.local.http_api.app import HttpApiApp
from infra.local.http_api.process import TEMPLATE, TOKEN_FILE
from infra.local.http_api.web_token import issue

_WORKERS = 2
_TOKEN_SECONDS = 24 * 60 * 60
_ISSUER, _AUDIENCE = "https://issuer.localhost", "local"


def main(arguments: list[str] | None = None) -> int:
    """Return the exit status: 0 after a signal; 1, with one line on stderr, if the server cannot start."""
    options = _parser().parse_args(arguments)
    try:
        bound = listen(options.host, options.port)
    except OSError as error:
        return _fail(f"cannot listen on {options.host}:{options.port}: {error.strerror or error}")
    try:
        asyncio.run(_serve(options, bound))
    except (TemplateError, HandlerMissingError, OSError, ValueError) as error:
        return _fail(str(error))
    finally:
        bound.close()
    return 0


async def _serve(options: argparse.Namespace, bound: socket.socket) -> None:
    stop = stop_event()
    open_store(options.store)  # says what is wrong with it
    api = read_api(options.template, _parameters(options))
    secret = secrets.token_bytes(32)
    token_file = _write_token(options.data, api, secret)
    function = read_function(Template.read(FUNCTIONS), Reference("Gateway"))
    gateway = WorkerPool(function, _WORKERS, {"IMAGEHUB_STORE": options.store, VARIABLE: options.image_handler})
    # Flushed, because a parent process may wait for this line on a pipe.
    line = f"http-api: listening on {url_of(bound)} token {token_file}"
    async with running([gateway]):
        await serve_app(HttpApiApp(api, secret, gateway), bound, lambda: print(line, flush=True), stop)


def _parameters(options: argparse.Namespace) -> dict[str, object]:
    given = {"GatewayFunction": "gateway", "CdnUrl": options.cdn, "Authorizer": options.authorizer}
    old_urls = SihSettings.read({VARIABLE: options.image_handler})
    given["ImageHandlerPath"] = old_urls.path.strip("/") if old_urls else ""
    return {**given, "JwtIssuer": _ISSUER, "JwtAudience": _AUDIENCE, **dict(options.parameters)}


def _write_token(data: Path, api: HttpApi, secret: bytes) -> str:
    """Write a token that the API accepts until the server ends, at most a day. Returns its path, or "none"."""
    accepted = next((route.tokens for route in api.routes if route.tokens), None)
    if accepted is None:
        return "none"
    create_private_folder(data)
    write_atomically(data / TOKEN_FILE, issue(accepted, secret, _TOKEN_SECONDS).encode(), 0o600)
    return str(data / TOKEN_FILE)


def _fail(message: str) -> int:
    print(f"http-api: {message}", file=sys.stderr)
    return 1


def _parameter(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return name, int(value) if value.isdecimal() else value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.local.http_api",
        description="Run the HTTP API on this machine, as its CloudFormation template configures it.",
    )
    add = parser.add_argument
    add("--template", type=Path, default=TEMPLATE, help="the CloudFormation template (default: infra/api.yaml)")
    add("--store", required=True, help="file:///path, or s3+http://host:port/bucket?region=…")
    add("--data", type=Path, required=True, help="the directory for the token")
    add("--cdn", default="http://127.0.0.1:8080", help="the CDN's address (default: %(default)s)")
    add("--authorizer", choices=("jwt", "none"), default="jwt", help="who may ask for facts (default: %(default)s)")
    add(
        "--image-handler", default="", metavar="JSON", help="the gateway's settings for the URLs of AWS's image handler"
    )
    add("--parameter", dest="parameters", action="append", default=[], type=_parameter, metavar="NAME=VALUE")
    add("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    add("--port", type=int, default=8081, help="0 picks a free port (default: %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
