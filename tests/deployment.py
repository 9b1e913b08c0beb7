"""A deployment for one test: a database, a broker, a store, and Django and Celery as real processes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from edge.storage.objects.location import open_store
from edge.storage.objects.store import Store
from infra.local.demo import WORKER
from tests.http_client import ask
from tests.machine import ROOT, free_port, wait_until

_SETUP = "import django; django.setup(); from assets.models import *; "
_DATABASE = "imagehub.sqlite3"


@cache
def _empty_database() -> bytes:
    """An SQLite database with all tables. A process makes it once for all deployments of this one."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        Deployment(folder, creates_database=True)
        return (folder / _DATABASE).read_bytes()


@dataclass
class Deployment:
    """``database`` and ``broker`` are URLs; by default SQLite and messages as files, both in ``folder``.

    An SQLite database is a copy of an empty one, unless the test is about how the project creates it.
    """

    folder: Path
    database: str = ""
    broker: str = ""
    cdn_url: str = "http://127.0.0.1:9"
    distribution_id: str = ""
    creates_database: bool = False
    queue: str = field(default_factory=lambda: f"test-{uuid.uuid4().hex[:8]}")
    #: Environment variables besides.
    variables: dict[str, str] = field(default_factory=dict)
    #: The process of `web`, while it runs.
    web_pid: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.database or self.creates_database:
            self.django("from django.core.management import call_command; call_command('migrate', verbosity=0)")
        else:
            # As the project creates them when it starts.
            (self.folder / "store").mkdir(0o700, parents=True, exist_ok=True)
            path = self.folder / _DATABASE
            path.write_bytes(_empty_database())
            path.chmod(0o600)

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "DATA_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "imagehub.settings",
            "CELERY_QUEUE": self.queue,
            "IMAGEHUB_CDN_URL": self.cdn_url,
            "IMAGEHUB_CLOUDFRONT_ENDPOINT": self.cdn_url,
            "IMAGEHUB_DISTRIBUTION_ID": self.distribution_id,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "PYTHONPATH": str(ROOT),
        }
        urls = {"DATABASE_URL": self.database, "CELERY_BROKER_URL": self.broker}
        outer = {name: value for name, value in os.environ.items() if name not in urls}
        return {**outer, **own, **{name: url for name, url in urls.items() if url}, **self.variables}

    @property
    def store(self) -> Store:
        return open_store((self.folder / "store").as_uri())

    def django(self, code: str) -> str:
        """Run ``code`` in a process with Django set up and the models imported. Return what it prints."""
        command = [sys.executable, "-c", _SETUP + code]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def query(self, sql: str) -> list[Any]:
        """Return the first row, or an empty list."""
        if self.database:
            with psycopg.connect(self.database) as connection:
                cursor = connection.execute(sql.encode())
                return list(cursor.fetchone() or ()) if cursor.description else []
        with closing(sqlite3.connect(self.folder / _DATABASE, timeout=20)) as lite, lite:
            return list(lite.execute(sql).fetchone() or ())

    def worker_log(self) -> str:
        return (self.folder / "worker.log").read_text()

    def web_log(self) -> str:
        return (self.folder / "web.log").read_text()

    @contextmanager
    def web(self) -> Iterator[str]:
        """Run gunicorn as in production. Yields its address."""
        port, log = free_port(), self.folder / "web.log"
        command = [sys.executable, "-m", "gunicorn", "--config=python:imagehub.gunicorn_conf", "imagehub.wsgi"]
        environment = {"WEB_CONCURRENCY": "1", **self.environment, "BIND": f"127.0.0.1:{port}"}
        with log.open("wb") as file:
            process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT)
        self.web_pid = process.pid
        try:
            wait_until(lambda: _is_healthy(port), self.web_log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()

    def collect_static_files(self) -> None:
        self.django(
            "from django.core.management import call_command; call_command('collectstatic', '--noinput', '-v0')"
        )

    @contextmanager
    def worker(self, *options: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a Celery worker. At the end it is killed with its pool, if it still runs."""
        log = self.folder / "worker.log"
        command = [sys.executable, *WORKER, f"--hostname={self.queue}@%h", *options]
        with log.open("wb") as file:
            process = subprocess.Popen(
                command, env=self.environment, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            wait_until(lambda: b" ready." in log.read_bytes(), log.read_text)
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _is_healthy(port: int) -> bool:
    try:
        return ask(f"http://127.0.0.1:{port}", "/healthz").status == 200
    except OSError:
        return False
