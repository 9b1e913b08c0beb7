"""What ``check --deploy`` asks, by the ids of its answers. Nothing here is reachable but a directory."""

from __future__ import annotations

from typing import Any

import pytest

from assets import aws, cloudfront
from edge.contract.manifest import Manifest
from edge.storage.objects.store import Store
from tests.assets.checks.found import found

pytestmark = pytest.mark.django_db

_CLOSED = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "demo")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "demo")
    aws.session.cache_clear()
    cloudfront._client.cache_clear()
    settings.IMAGEHUB = {**settings.IMAGEHUB, "CDN_URL": "http://127.0.0.1:8080"}


@pytest.fixture
def manifest(store: Store) -> None:
    store.put("config/edge.json", Manifest(0, {}, None).as_json(), content_type="application/json")


@pytest.mark.usefixtures("manifest")
def test_what_is_deployed_is_good() -> None:
    assert found(deploy=True) == []


def test_storage_without_a_manifest() -> None:
    assert found(deploy=True) == ["imagehub.W007"]
    assert found() == [], "storage is asked by --deploy alone"


def test_a_manifest_that_the_database_has_forgotten(store: Store) -> None:
    store.put("config/edge.json", Manifest(1, {}, None).as_json(), content_type="application/json")
    assert found(deploy=True) == ["imagehub.W022"]


def test_a_manifest_that_cannot_be_read(store: Store) -> None:
    store.put("config/edge.json", b"{", content_type="application/json")
    assert found(deploy=True) == ["imagehub.W008"]


def test_a_bucket_that_does_not_answer(settings: Any) -> None:
    options = {"bucket_name": "bucket", "region_name": "eu-west-1", "endpoint_url": _CLOSED}
    settings.IMAGEHUB = {**settings.IMAGEHUB, "STORE": f"s3+{_CLOSED}/bucket?region=eu-west-1"}
    settings.STORAGES = {
        **settings.STORAGES,
        "originals": {"BACKEND": "assets.storage_s3.S3Originals", "OPTIONS": options},
    }
    assert found(deploy=True) == ["imagehub.E011"]


@pytest.mark.usefixtures("manifest")
@pytest.mark.parametrize("endpoint", [_CLOSED, "no url"])
def test_a_distribution_that_does_not_answer(settings: Any, endpoint: str) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "DISTRIBUTION_ID": "E1", "CLOUDFRONT_ENDPOINT": endpoint}
    assert found(deploy=True) == ["imagehub.E012"]


@pytest.mark.usefixtures("manifest")
@pytest.mark.parametrize(("status", "ids"), [("Deployed", []), ("InProgress", ["imagehub.W009"])])
def test_a_distribution_that_answers(
    settings: Any, monkeypatch: pytest.MonkeyPatch, status: str, ids: list[str]
) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "DISTRIBUTION_ID": "E1"}
    monkeypatch.setattr(cloudfront, "distribution_status", lambda _: status)
    assert found(deploy=True) == ids
