"""``/healthz`` and ``/readyz``, with each service really gone."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from assets import probes
from tests.assets.celery_apps import celery_app

pytestmark = pytest.mark.django_db(transaction=True)
READY = {"status": "ok", "database": "ok", "broker": "ok", "storage": "ok"}


def without(service: str) -> dict[str, str]:
    return {**READY, "status": "unavailable", service: "unavailable"}


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_process_is_healthy(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["Cache-Control"] == "no-store"


def test_everything_answers(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, READY)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_any_host_and_plain_http_are_answered(client: Client, settings: Any, path: str) -> None:
    settings.ALLOWED_HOSTS = ["images.example"]
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, headers={"host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/admin/", headers={"host": "10.1.2.3:8000"}).status_code in (301, 400)


def test_no_database(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", str(tmp_path / "gone" / "db.sqlite3"))
    monkeypatch.setitem(connections["default"].settings_dict, "OPTIONS", {})
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, without("database"))
    assert client.get("/healthz").status_code == 200


def test_migrations_that_are_not_applied(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "_migrated", set())
    recorder = MigrationRecorder(connections["default"])
    name = recorder.migration_qs.filter(app="imagehub").order_by("name").values_list("name", flat=True).last()
    assert name
    recorder.record_unapplied("imagehub", name)
    try:
        response = client.get("/readyz")
    finally:
        recorder.record_applied("imagehub", name)
    assert (response.status_code, response.json()) == (503, {**without("database"), "database": "not migrated"})
    assert client.get("/readyz").json() == READY


def test_no_broker(client: Client) -> None:
    with celery_app(f"redis://127.0.0.1:{closed_port()}/0"):
        response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, without("broker"))


def test_no_storage(client: Client, root: Path) -> None:
    shutil.rmtree(root)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, without("storage"))


def test_a_service_that_hangs_is_a_timeout_and_is_asked_once(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(probes, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:

        def hang() -> None:
            with socket.create_connection(silent.getsockname()) as connection:
                connection.settimeout(5)
                connection.recv(1)

        for _ in range(3):
            assert probes.probe_all({"silent": hang}) == {"silent": "timeout"}
        silent.settimeout(0.2)
        silent.accept()[0].close()
        with pytest.raises(TimeoutError):
            silent.accept()
