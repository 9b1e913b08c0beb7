"""``make demo``: the admin, a Celery worker and CloudFront as processes on one machine, until Ctrl-C."""

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

#: A single worker: gossip, mingle and heartbeat are for talking to other workers.
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


def start(config: DemoConfig, processes: ProcessGroup, env: Mapping[str, str]) -> None:
    """Start everything in the order of its dependencies. Return when all of it answers."""
    python = sys.executable
    if config.stand_in:
        env = {**env, **_rekognition(processes, env)}
    processes.start("cdn", [python, "-m", "infra.local.cloudfront", *_cdn_options(config)], env)
    setup = processes.start("setup", [python, "-m", "infra.local.demo_setup", config.admin_url], env)
    # The admin and the worker need the tables that the setup creates.
    processes.wait_for_exit(setup)
    setup.print_and_delete_log()
    processes.start("admin", [python, "-m", "gunicorn", "imagehub.wsgi", *_admin_options(config)], env)
    # The scheduler can run inside the worker as long as there is only one:
    # https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#starting-the-scheduler
    worker = processes.start("worker", [python, *WORKER, "--beat", f"--schedule={config.data / 'beat'}"], env)
    # A Celery worker has no port to connect to; it logs this when it accepts tasks.
    processes.wait(lambda: worker.has_printed(b" ready."))
    processes.wait(lambda: _answers(config.cdn_port, "/") and _answers(config.port, "/admin/login/"))


def _rekognition(processes: ProcessGroup, env: Mapping[str, str]) -> dict[str, str]:
    """Start the stand-in. Returns the variables that let Django ask it."""
    started = processes.start("rekognition", [sys.executable, "-m", "imagehub.demo.rekognition"], env)
    processes.wait(lambda: started.has_printed(b"\n"))
    return {"IMAGEHUB_ANALYSER": "rekognition", "IMAGEHUB_ANALYSER_ENDPOINT": started.log.read_text().strip()}


def _cdn_options(config: DemoConfig) -> list[str]:
    options = {
        "template": ROOT / "infra" / "template.yaml",
        "store": config.store,
        "data": config.data / "cdn",
        "host": HOST,
        "port": config.cdn_port,
        "distribution-id": DISTRIBUTION_ID,
    }
    return [f"--{name}={value}" for name, value in options.items()]


def _admin_options(config: DemoConfig) -> list[str]:
    return [
        f"--bind={HOST}:{config.port}",
        "--worker-class=gthread",
        # A request that arrives slowly occupies a thread until it is complete, and no proxy receives it first here.
        "--threads=64",
        # Shorter than the patience of ProcessGroup.stop, which then kills.
        "--graceful-timeout=3",
        "--no-control-socket",
    ]


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        # A 4xx counts as well: it proves that the server runs, and CloudFront need not have an object at /.
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _ready(config: DemoConfig) -> str:
    site = config.admin_url
    return (
        f"The demo is ready: see the gallery at {site}/gallery/ and the admin at {site}/admin/.\n"
        f"CloudFront runs at {config.cdn_url} on this machine. Press Ctrl-C to stop."
    )


def run(config: DemoConfig, env: Mapping[str, str]) -> None:
    """Run until Ctrl-C or SIGTERM. Raises `CannotStartError`, and `ChildEndedError` if a process ends by itself."""
    check_port_is_free(config.port, "PORT")
    check_port_is_free(config.cdn_port, "CDN_PORT")
    with lock_data_directory(config.data):
        write_policy(config.data)
        processes = ProcessGroup(config.data / "log")
        try:
            start(config, processes, config.environment(env))
            print(_ready(config), flush=True)
            processes.wait(lambda: False, pause=0.5)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not interrupt the clean-up
            processes.stop()


def main() -> int:
    # SIGINT as well: a process that a script starts in the background ignores it by default.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    os.umask(0o077)  # for the files that gunicorn, Celery and SQLite create
    with suppress(KeyboardInterrupt):
        try:
            run(DemoConfig.from_environment(os.environ), os.environ)
        except (CannotStartError, ChildEndedError) as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
