"""Worker processes with each broker: messages arrive, and a killed worker loses nothing."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import redis

from infra.local.cloudfront import LocalCloudFront
from tests.assets.job_support import put_variants, serving
from tests.deployment import Deployment
from tests.machine import wait_until
from tests.redis_server import redis_broker
from tests.services import postgresql, rabbitmq_broker

pytestmark = pytest.mark.long

Starting = Callable[..., Deployment]


@pytest.fixture
def deploy(tmp_path: Path, local_cloudfront: LocalCloudFront) -> Starting:
    def deploy(**options: Any) -> Deployment:
        cdn: dict[str, Any] = {"cdn_url": local_cloudfront.url, "distribution_id": local_cloudfront.distribution_id}
        return Deployment(tmp_path, **{**cdn, **options})

    return deploy


_ASK = (
    "from assets.purge import request_purge; "
    "print(request_purge({key!r}, reason='requested', action='delete_variants').pk)"
)
_PURGE = "select state, variants_deleted, invalidation_status, attempts from imagehub_purge"


def purged(deployment: Deployment) -> None:
    """Wait until the one purge is done."""
    wait_until(lambda: deployment.query(_PURGE)[0] == "done", lambda: deployment.query("select * from imagehub_purge"))


def test_the_file_broker_carries_messages_between_processes(deploy: Starting) -> None:
    deployment = deploy()
    put_variants(deployment.store, "flow/a.jpg")
    with deployment.worker():
        deployment.django(_ASK.format(key="flow/a.jpg"))
        purged(deployment)
    assert deployment.query(_PURGE) == ["done", 3, "Completed", 1]
    assert list(deployment.store.list("variants/")) == []


def test_a_purge_whose_worker_is_killed_is_finished_by_the_next_worker(
    deploy: Starting, local_cloudfront: LocalCloudFront
) -> None:
    released = threading.Event()

    def hang(_: Any) -> Any:
        released.wait(30)
        return 500, b"", {}

    with serving(hang) as stuck:
        deployment = deploy(cdn_url=stuck.url)
        put_variants(deployment.store, "killed/a.jpg")
        with deployment.worker() as worker:
            deployment.django(_ASK.format(key="killed/a.jpg"))
            wait_until(lambda: stuck.asked)
            os.killpg(worker.pid, signal.SIGKILL)
        released.set()
    assert deployment.query(_PURGE) == ["running", 3, "", 1]
    deployment.query("update imagehub_purge set saved_seconds = 0")
    deployment.cdn_url = local_cloudfront.url
    with deployment.worker():
        purged(deployment)
    assert deployment.query(_PURGE) == ["done", 3, "Completed", 2]


@pytest.mark.services
@pytest.mark.parametrize("kind", ["redis", "rabbitmq"])
def test_jobs_run_over_redis_and_rabbitmq_with_postgresql(kind: str, tmp_path: Path, deploy: Starting) -> None:
    queue = f"test-{tmp_path.name[-20:]}-{os.getpid()}"
    with ExitStack() as stack:
        database = stack.enter_context(postgresql())
        broker = stack.enter_context(redis_broker() if kind == "redis" else rabbitmq_broker(queue))
        deployment = deploy(database=database, broker=broker, queue=queue)
        put_variants(deployment.store, "broker/a.jpg")
        stack.enter_context(deployment.worker())
        deployment.django(_ASK.format(key="broker/a.jpg"))
        deployment.django("from assets.warming import request_warming; request_warming([])")
        purged(deployment)
        wait_until(lambda: deployment.query("select state from imagehub_warming") == ["done"])
        assert deployment.query(_PURGE) == ["done", 3, "Completed", 1]


@pytest.mark.services
def test_a_worker_outlives_a_redis_that_becomes_a_replica_and_a_master_again(deploy: Starting) -> None:
    with redis_broker() as url, redis.Redis.from_url(url) as server:
        deployment = deploy(broker=url)
        with deployment.worker() as worker:
            server.replicaof("127.0.0.1", 1)
            wait_until(lambda: "read only replica" in deployment.worker_log(), deployment.worker_log)
            deployment.django(_ASK.format(key="failover/a.jpg"))
            server.replicaof("NO", "ONE")
            deployment.query("update imagehub_purge set saved_seconds = saved_seconds - 120")
            deployment.django("from assets.tasks import sweep; sweep.delay()")
            purged(deployment)
            assert worker.poll() is None


@pytest.mark.services
def test_a_worker_outlives_a_redis_that_loads_its_data(deploy: Starting) -> None:
    with redis_broker("--enable-debug-command", "local") as url, redis.Redis.from_url(url) as server:
        deployment = deploy(broker=url)
        with deployment.worker() as worker:
            server.mset({f"key-{number}": "x" * 100 for number in range(1500)})
            server.config_set("key-load-delay", 1000)  # microseconds
            server.config_set("loading-process-events-interval-bytes", 1024)
            # A worker that waits for a message when loading starts is not answered before it ends, so load repeatedly.
            for _ in range(20):
                server.execute_command("DEBUG", "RELOAD")
                if "BusyLoadingError" in deployment.worker_log():
                    break
            else:
                pytest.fail(deployment.worker_log())
            deployment.django(_ASK.format(key="failover/b.jpg"))
            purged(deployment)
            assert worker.poll() is None
