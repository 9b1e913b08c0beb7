"""Serves CloudFront until it is told to stop."""

from __future__ import annotations

import socket
from collections.abc import Callable

from infra.local.cloudfront.app_factory import ServerSettings, build_app, build_runners
from infra.local.cloudfront.distribution_loader import load_distribution
from infra.local.cloudfront.uvicorn_server import running, serve_app, stop_event


async def serve(settings: ServerSettings, bound: socket.socket, ready: Callable[[], None]) -> None:
    """Serve on ``bound`` until SIGTERM or SIGINT; ``ready`` is called as soon as it answers.

    Raises `TemplateError` and `HandlerMissingError`.
    """
    stop = stop_event()
    distribution = load_distribution(settings.template, settings.parameters)
    runners = build_runners(settings, distribution)
    async with running(runners.values()):
        await serve_app(build_app(settings, distribution, runners), bound, ready, stop)
