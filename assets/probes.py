"""Whether the services that the editors' side needs answer: database, broker and storage."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from threading import Lock, Thread
from time import monotonic
from types import MappingProxyType
from typing import Any

from celery import current_app
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from assets.models import Asset
from assets.storage import object_store
from edge.contract.manifest import OBJECT_KEY
from edge.storage.errors import Missing

log = logging.getLogger(__name__)

#: A load balancer waits no longer, so a service that hangs counts as one that does not answer.
SECONDS = 3.0
_OK, _UNAVAILABLE, _TIMEOUT, _NOT_MIGRATED = "ok", "unavailable", "timeout", "not migrated"
_migrated: set[str] = set()


class NotMigrated(Exception):
    """The database answers, but is older than the code."""


def check_database() -> None:
    connection = connections[router.db_for_write(Asset)]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _check_migrations(connection)
    finally:
        connection.close()  # this thread's own


def _check_migrations(connection: BaseDatabaseWrapper) -> None:
    """Once all are applied, they stay so for as long as this process has this code."""
    if _migrated:
        return
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMigrated(f"{len(plan)} migrations are not applied, {plan[0][0]} first. Run manage.py migrate.")
    _migrated.add(connection.alias)


def check_broker() -> None:
    with current_app.connection_for_write(connect_timeout=SECONDS) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        if connection.transport.driver_type == "sqs":  # which has no connection, so ask for something
            channel: Any = connection.default_channel
            channel._size(current_app.conf.task_default_queue)


def check_storage() -> None:
    store = object_store()
    try:
        store.head(OBJECT_KEY)
    except Missing:
        next(iter(store.list("config/")), None)  # a missing bucket or directory is not a missing object


PROBES: Mapping[str, Callable[[], None]] = MappingProxyType(
    {"database": check_database, "broker": check_broker, "storage": check_storage}
)


class _Running:
    """One probe in a thread. A probe that hangs is not started again, so repeated requests do not pile up threads."""

    def __init__(self, name: str, check: Callable[[], None]) -> None:
        self._name, self._check = name, check
        self.state = _TIMEOUT
        self.thread = Thread(target=self._run, name=f"imagehub-{name}", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self._check()
            self.state = _OK
        except NotMigrated as error:
            self.state = _NOT_MIGRATED
            log.warning("The %s is not migrated: %s", self._name, error)
        except Exception as error:
            self.state = _UNAVAILABLE
            log.warning("The %s is not available: %s", self._name, error)


_lock = Lock()
_running: dict[str, _Running] = {}


def probe_all(probes: Mapping[str, Callable[[], None]] = PROBES) -> dict[str, str]:
    """The state of each service, ``ok``, ``unavailable``, ``timeout`` or ``not migrated``, after at most `SECONDS`."""
    end = monotonic() + SECONDS
    started = {name: _start(name, check) for name, check in probes.items()}
    for each in started.values():
        each.thread.join(max(0.0, end - monotonic()))
    return {name: each.state for name, each in started.items()}


def _start(name: str, check: Callable[[], None]) -> _Running:
    with _lock:
        current = _running.get(name)
        if current is None or not current.thread.is_alive():
            current = _running[name] = _Running(name, check)
        return current
