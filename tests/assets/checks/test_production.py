"""Checks of what several machines must share, by their ids."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection

from tests.assets.celery_apps import celery_app
from tests.assets.checks.found import found


@pytest.fixture(autouse=True)
def _settings(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "DISTRIBUTION_ID": "E1"}


@pytest.fixture
def postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(connection._connections[connection._alias]), "vendor", "postgresql")  # type: ignore[attr-defined]


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))


def bucket(settings: Any, **options: str) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "STORE": "s3://bucket?region=eu-west-1"}
    originals = {"BACKEND": "assets.storage_s3.S3Originals", "OPTIONS": {"bucket_name": "bucket", **options}}
    settings.STORAGES = {**settings.STORAGES, "originals": originals}


def test_a_demo_on_sqlite_is_good() -> None:
    assert found() == []


@pytest.mark.usefixtures("postgresql")
@pytest.mark.parametrize("broker", ["memory://", "filesystem://localhost"])
def test_no_bucket_and_no_broker_beside_a_server_database(broker: str) -> None:
    with celery_app(broker):
        assert found() == ["imagehub.W005", "imagehub.W006"]
    with celery_app("redis://127.0.0.1/0"):
        assert found() == ["imagehub.W005"]


@pytest.mark.usefixtures("postgresql", "no_credentials")
def test_a_bucket_and_a_broker_beside_a_server_database(settings: Any) -> None:
    bucket(settings)
    with celery_app("redis://127.0.0.1/0"):
        assert found() == []


def test_no_secret_key(settings: Any) -> None:
    settings.SECRET_KEY = ""
    assert found() == ["imagehub.E009"]


@pytest.mark.usefixtures("no_credentials")
def test_credentials_for_django_storages_alone(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket(settings, access_key="AKIA", secret_key="secret")
    assert found() == ["imagehub.E010"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert found() == []


@pytest.mark.usefixtures("postgresql")
def test_a_generated_secret_key_beside_a_server_database(settings: Any) -> None:
    """A check of the project imagehub, which generates one where none is given."""
    settings.SECRET_KEY_IS_GENERATED = True
    assert "demo.W001" in [message.id for message in run_checks()]
    settings.SECRET_KEY_IS_GENERATED = False
    assert "demo.W001" not in [message.id for message in run_checks()]
