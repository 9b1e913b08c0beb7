"""Sending a message takes seconds at most, whatever the broker does."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis

from assets import tasks
from assets.jobs import broker
from imagehub.celery import app
from tests.brokers import Relay, broker_at, closed_port, silent_server
from tests.redis_server import redis_broker
from tests.services import rabbitmq_broker

QUEUE = f"test-broker-{os.getpid()}"


def publish() -> None:
    broker.publish(tasks.sweep, (), 0)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
@pytest.mark.parametrize("server", [silent_server, closed_port])
def test_a_broker_that_is_silent_or_refuses_is_given_up_within_seconds(server: Any, scheme: str) -> None:
    raises = pytest.raises(broker.BrokerUnavailable)
    with server() as port, broker_at(f"{scheme}://127.0.0.1:{port}//"), at_most(3 * broker.SECONDS), raises:
        publish()


@pytest.fixture(params=["redis", "rabbitmq"])
def relay(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    """Between the app and a real broker."""
    monkeypatch.setitem(app.conf, "task_default_queue", QUEUE)
    with redis_broker() if request.param == "redis" else rabbitmq_broker(QUEUE) as url:
        port = urlsplit(url).port
        assert port
        with Relay(port) as relay, broker_at(url.replace(f":{port}", f":{relay.port}")):
            yield relay


@pytest.mark.services
def test_connections_are_kept_and_opened_again_after_the_broker_closed_them(relay: Relay) -> None:
    publish()
    opened = len(relay._connections)
    publish()
    assert len(relay._connections) == opened
    for _ in range(2):
        relay.cut()
        publish()


@pytest.mark.services
def test_a_broker_that_falls_silent_while_connected_is_given_up_within_seconds() -> None:
    with redis_broker() as url:
        port = urlsplit(url).port
        assert port
        with Relay(port) as relay, broker_at(url.replace(f":{port}", f":{relay.port}")):
            publish()
            relay.silent = True
            with pytest.raises(broker.BrokerUnavailable), at_most(3 * broker.SECONDS):
                publish()
            relay.silent = False
            relay.cut()
            publish()


@pytest.mark.services
def test_a_redis_that_takes_no_messages_is_unavailable() -> None:
    """It is a replica, or full."""
    with redis_broker() as url, broker_at(url):
        with redis.Redis.from_url(url) as client:
            client.config_set("maxmemory", "1")
            with pytest.raises(broker.BrokerUnavailable, match="maxmemory"):
                publish()
            client.config_set("maxmemory", "0")
            client.replicaof("127.0.0.1", 1)
        with pytest.raises(broker.BrokerUnavailable, match="read only replica"):
            publish()


@pytest.mark.services
def test_another_server_of_a_cluster_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "task_default_queue", QUEUE)
    with rabbitmq_broker(QUEUE) as url, closed_port() as port:
        cluster = broker_at(f"amqp://guest:guest@127.0.0.1:{port}//;{url}")
        with cluster, at_most(3 * broker.SECONDS):
            publish()


def test_a_forked_process_opens_connections_of_its_own() -> None:
    own = broker._producers(app, os.getpid())
    assert broker._producers(app, os.getpid()) is own
    assert broker._producers(app, os.getpid() + 1) is not own
