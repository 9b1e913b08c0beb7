"""Fixtures and settings that tests of every folder share."""

from __future__ import annotations

import gc
import signal
from collections.abc import Generator, Iterator
from functools import cache

import botocore.session
import pytest
from hypothesis import settings as hypothesis_settings

from imagehub.celery import app
from infra.local.cloudfront import LocalCloudFront
from tests.s3server import S3Server, run_s3_server
from tests.secrets_manager import SigningSecret, run_secrets_manager

# No deadlines: on a slow machine they fail tests that are right. The profile "mutation" is for `make mutate`, which
# runs the same tests thousands of times: a mutant that survives a few examples is rare, and is tried again with all.
hypothesis_settings.register_profile("default", deadline=None)
hypothesis_settings.register_profile("mutation", deadline=None, max_examples=15, database=None, derandomize=True)
hypothesis_settings.load_profile("default")

# Each of boto3's sessions would read AWS's models again. They share what one of them has read.
botocore.session.create_loader = cache(botocore.session.create_loader)

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As a script's background process. Those that tests start would ignore Ctrl-C as well, and some wait for it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files, so that no process still runs one when the others have ended."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect no garbage among thousands of tests while they are found, and none of them later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Escape lone surrogates in captured output, such as a log line about a hostile path: xdist cannot send them."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture(scope="session", autouse=True)
def _broker() -> None:
    """Keep Celery's messages in this process, so that no test leaves one for the worker of a demo."""
    app.conf.update(broker_url="memory://", broker_transport=None, broker_transport_options={})


@pytest.fixture(scope="session")
def local_cloudfront(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloudFront]:
    """One CloudFront for the whole run, over a directory. Each test uses its own asset keys."""
    folder = tmp_path_factory.mktemp("cloudfront")
    store = folder / "store"
    store.mkdir()
    with LocalCloudFront(store=store.as_uri(), data=folder / "cdn", options=("--invalidation-seconds=0.2",)) as running:
        yield running


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """One S3 server for the whole run. Each test cleans up, or uses its own prefix."""
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
