"""``make demo``: the whole path on one machine. The admin, a worker and CloudFront as processes, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException

from infra.local.child_processes import ChildEndedError, ProcessGroup
from infra.local.demo_config import (
    DISTRIBUTION_ID,
    HOST,
    ROOT,
    CannotStartError,
    DemoConfig,
    check_port_is_free,
    lock_data_directory,
    write_policy,
)

#: A worker that has no other workers to talk to.
WORKER = [
    "-m",
    "celery",
    "--app=imagehub",
    "worker",
    "--concurrency=2",
    "--loglevel=INFO",
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
]


def start(place: DemoConfig, family: ProcessGroup, env: Mapping[str, str]) -> None:
    """Everything, in the order in which it is needed; returns once all of it answers."""
    python = sys.executable
    family.start("cdn", [python, "-m", "infra.local.cloudfront", *_cdn_options(place)], env)
    setup = family.start("setup", [python, "-m", "infra.local.demo_setup", place.admin_url], env)
    family.finish(setup)
    setup.hand_over()
    family.start("admin", [python, "-m", "gunicorn", "imagehub.wsgi", *_admin_options(place)], env)
    worker = family.start("worker", [python, *WORKER, "--beat", f"--schedule={place.data / 'beat'}"], env)
    family.wait(lambda: worker.says(b" ready."))
    family.wait(lambda: _answers(place.cdn_port, "/") and _answers(place.port, "/admin/login/"))


def _cdn_options(place: DemoConfig) -> list[str]:
    options = {
        "template": ROOT / "infra" / "template.yaml",
        "store": place.store,
        "data": place.data / "cdn",
        "host": HOST,
        "port": place.cdn_port,
        "distribution-id": DISTRIBUTION_ID,
    }
    return [f"--{name}={value}" for name, value in options.items()]


def _admin_options(place: DemoConfig) -> list[str]:
    return [
        f"--bind={HOST}:{place.port}",
        "--worker-class=gthread",
        "--threads=8",
        "--graceful-timeout=3",
        "--no-control-socket",
    ]


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _ready(place: DemoConfig) -> str:
    return (
        f"The demo is ready: see the gallery at {place.admin_url}/gallery/ and the admin at {place.admin_url}/admin/.\n"
        f"CloudFront runs at {place.cdn_url} on this machine. Press Ctrl-C to stop."
    )


def run(place: DemoConfig, env: Mapping[str, str]) -> None:
    """Until Ctrl-C or SIGTERM. Raises `CannotStartError`, and `ChildEndedError` where a process ends by itself."""
    check_port_is_free(place.port, "PORT")
    check_port_is_free(place.cdn_port, "CDN_PORT")
    with lock_data_directory(place.data):
        write_policy(place.data)
        family = ProcessGroup(place.data / "log")
        try:
            start(place, family, place.environment(env))
            print(_ready(place), flush=True)
            family.wait(lambda: False, pause=0.5)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            family.end()


def main() -> int:
    # SIGINT as well: whom a script starts in the background is born deaf to it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        try:
            run(DemoConfig.read(os.environ), os.environ)
        except (CannotStartError, ChildEndedError) as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
