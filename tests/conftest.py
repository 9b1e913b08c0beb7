"""What tests of every folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imagehub.celery import app
from infra.local.cloudfront import LocalCloudFront
from tests.s3server import S3Server, run_s3_server
from tests.secrets_manager import SigningSecret, run_secrets_manager


@pytest.fixture(scope="session", autouse=True)
def _broker() -> None:
    """Messages go nowhere but into this process: no test leaves any for the worker of a demo."""
    app.conf.update(broker_url="memory://", broker_transport=None, broker_transport_options={})


@pytest.fixture(scope="session")
def local_cloudfront(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloudFront]:
    """One for the whole run, over a directory; a test that uses it keeps to keys of its own."""
    folder = tmp_path_factory.mktemp("cloudfront")
    store = folder / "store"
    store.mkdir()
    with LocalCloudFront(store=store.as_uri(), data=folder / "cdn", options=("--invalidation-seconds=0.2",)) as running:
        yield running


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """One S3 server for the whole run; a test that uses it cleans up, or keeps to a prefix of its own."""
    with run_s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="session")
def secrets_manager() -> Iterator[str]:
    """The endpoint of one Secrets Manager for the whole run."""
    with run_secrets_manager() as endpoint:
        yield endpoint


@pytest.fixture
def signing_secret(secrets_manager: str) -> SigningSecret:
    return SigningSecret(secrets_manager)
