"""Signing keys from Secrets Manager over HTTP: working, slow, failing and gone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from edge import visitor_url
from edge.contract import policy
from edge.contract.errors import ServiceUnavailable
from edge.contract.signing import KEEP_SECONDS, KeyRing
from edge.storage.aws.secrets_manager import read_secret, reader
from edge.storage.aws.sigv4 import Credentials
from edge.storage.errors import StorageUnavailable
from edge.storage.signing_keys import cache
from edge.storage.signing_keys.cache import LOOK_AGAIN_SECONDS, WAIT_SECONDS, SigningKeyCache
from edge.storage.signing_keys.shared import open_signing_keys, shared_signing_keys
from infra.local.cloudfront.distribution import LambdaFunction
from infra.local.cloudfront.distribution_loader import load_distribution
from tests.edge.clock import Clock
from tests.edge.storage.scripted import Script, Step, answer, hang_up, truncated
from tests.edge.storage.signing_keys.keys import NEW, NEWER, OLD
from tests.machine import ROOT, free_port
from tests.secrets_manager import REGION, SigningSecret

CREDENTIALS = Credentials("AKID", "secret", "token")


def open_keys(endpoint: str, clock: Clock, name: str = "signing") -> SigningKeyCache:
    return open_signing_keys(f"secretsmanager:{name}?region={REGION}&endpoint={endpoint}", lambda: CREDENTIALS, clock)


def value(text: str) -> Step:
    return answer("200 OK", json.dumps({"SecretString": text}).encode())


def refusal(status: str, kind: str) -> Step:
    return answer(status, json.dumps({"__type": f"com.amazonaws.secretsmanager#{kind}", "Message": "No."}).encode())


def ring_steps(ring: KeyRing) -> list[Step]:
    none = refusal("400 Bad Request", "ResourceNotFoundException")
    return [value(ring.current.as_json()), value(ring.previous.as_json()) if ring.previous else none]


def test_the_ring_has_the_current_and_the_previous_key(signing_secret: SigningSecret, clock: Clock) -> None:
    signing_secret.put(OLD)
    keys = open_signing_keys(signing_secret.location, lambda: CREDENTIALS, clock)
    assert keys.ring() == KeyRing(OLD)
    signing_secret.put(NEW)
    clock.now += LOOK_AGAIN_SECONDS
    assert keys.find("new") == NEW
    assert keys.ring() == KeyRing(NEW, OLD) == signing_secret.ring()
    signing_secret.put(NEWER)
    clock.now += KEEP_SECONDS
    assert keys.ring() == KeyRing(NEWER, NEW)


@pytest.mark.parametrize("secret", ["", "word", "{}", "[]", '{"id":"a","key":"","created":1}'])
def test_a_secret_that_is_not_a_signing_key_is_no_ring(signing_secret: SigningSecret, secret: str) -> None:
    signing_secret.put(secret or " ")
    with pytest.raises(ServiceUnavailable):
        open_signing_keys(signing_secret.location, lambda: CREDENTIALS).ring()


def test_a_secret_that_does_not_exist_is_read_once_it_does(signing_secret: SigningSecret, clock: Clock) -> None:
    keys = open_signing_keys(signing_secret.location, lambda: CREDENTIALS, clock)
    with pytest.raises(ServiceUnavailable):
        keys.ring()
    signing_secret.put(OLD)
    clock.now += 1
    assert keys.ring() == KeyRing(OLD)


def test_a_rotation_between_the_two_requests_loses_no_key(script: Script) -> None:
    """The secret is rotated in between: NEW is the current key first and the previous one then, and never missing."""
    script.steps = [value(NEW.as_json()), value(NEW.as_json())]
    ring = reader("signing", REGION, script.endpoint, lambda: CREDENTIALS)()
    assert ring.find("new") == NEW
    stages = [json.loads(request.partition(b"\r\n\r\n")[2])["VersionStage"] for request in script.requests]
    assert stages == ["AWSCURRENT", "AWSPREVIOUS"]


DEEP = b"[" * 100_000
FAULTS: dict[str, Callable[[Script], list[Step]]] = {
    "500": lambda _: [refusal("500 Internal Server Error", "InternalServiceError")] * 2,
    "throttled": lambda _: [refusal("400 Bad Request", "ThrottlingException")],
    "throttled, 429": lambda _: [refusal("429 Too Many Requests", "ThrottlingException")] * 2,
    "access denied": lambda _: [refusal("400 Bad Request", "AccessDeniedException")],
    "secret gone": lambda _: [refusal("400 Bad Request", "ResourceNotFoundException")],
    "previous denied": lambda _: [value(NEW.as_json()), refusal("400 Bad Request", "DecryptionFailure")],
    "empty": lambda _: [answer("200 OK")],
    "not JSON": lambda _: [answer("200 OK", b"<html>")],
    "a list": lambda _: [answer("200 OK", b"[]")],
    "deep": lambda _: [answer("200 OK", DEEP)],
    "a number": lambda _: [answer("200 OK", b'{"SecretString": 5}')],
    "binary": lambda _: [answer("200 OK", b'{"SecretBinary": "AAAA"}')],
    "huge": lambda _: [answer("200 OK", b" " * 300_000)],
    "an error that is not an object": lambda _: [answer("400 Bad Request", b'"no"')],
    "truncated": lambda _: [truncated("200 OK", b'{"SecretString"', 100)] * 2,
    "closed": lambda _: [hang_up] * 2,
    "silent": lambda script: [script.silence],
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_every_fault_counts_as_unavailable_and_known_keys_stay_valid(
    script: Script, clock: Clock, monkeypatch: pytest.MonkeyPatch, fault: Callable[[Script], list[Step]]
) -> None:
    if fault is FAULTS["silent"]:
        monkeypatch.setattr(cache, "WAIT_SECONDS", 0.05)
    script.steps = fault(script)
    keys = open_keys(script.endpoint, clock)
    with pytest.raises(ServiceUnavailable) as without:
        keys.find("old")
    assert (without.value.status, without.value.code) == (503, "signing_keys_unavailable")

    script.steps, clock.now = ring_steps(KeyRing(OLD)), clock.now + LOOK_AGAIN_SECONDS
    assert keys.ring() == KeyRing(OLD)
    requests = len(script.requests)

    script.steps, clock.now = fault(script), clock.now + KEEP_SECONDS
    for _ in range(3):
        assert keys.find("old") == OLD
    assert len(script.requests) > requests
    with pytest.raises(ServiceUnavailable):
        keys.find("new")

    script.steps, clock.now = ring_steps(KeyRing(NEW, OLD)), clock.now + LOOK_AGAIN_SECONDS
    assert keys.ring() == KeyRing(NEW, OLD)


def test_a_late_response_is_there_for_later_requests(
    script: Script, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "WAIT_SECONDS", 0.05)
    now, previous = ring_steps(KeyRing(OLD))

    def late(connection: object) -> bool:
        script.ended.wait(0.5)
        return now(connection)  # type: ignore[arg-type] # a socket, as for every step

    script.steps = [late, previous]
    keys = open_keys(script.endpoint, clock)
    with pytest.raises(ServiceUnavailable, match="have not been read yet"):
        keys.ring()
    monkeypatch.setattr(cache, "WAIT_SECONDS", 10)
    assert keys.ring() == KeyRing(OLD)
    assert len(script.requests) == 2


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:{port}", "http://nowhere.invalid:{port}"], ids=["port", "name"])
def test_an_unreachable_endpoint_is_no_ring(endpoint: str, clock: Clock) -> None:
    with pytest.raises(ServiceUnavailable):
        open_keys(endpoint.format(port=free_port()), clock).ring()


def test_without_credentials_there_is_no_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    with pytest.raises(ServiceUnavailable):
        open_signing_keys(f"secretsmanager:signing?region={REGION}").ring()


def test_a_visitor_waits_less_than_the_timeout_of_viewer_request(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service never answers: a 503, with half of the function's time left."""
    (behaviour,) = load_distribution(ROOT / "infra" / "template.yaml").behaviours
    assert isinstance(behaviour.viewer_request, LambdaFunction)
    assert behaviour.viewer_request.timeout >= 2 * WAIT_SECONDS
    monkeypatch.setattr(cache, "WAIT_SECONDS", 0.05)
    signing = replace(policy.load_policy(), secret=f"secretsmanager:signing?region={REGION}&endpoint={script.endpoint}")
    monkeypatch.setattr(visitor_url, "load_policy", lambda: signing)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with pytest.raises(ServiceUnavailable, match="have not been read yet"):
        visitor_url.read_visitor_url("/a.jpg", "w=333&s=old." + "A" * 22, "")
    shared_signing_keys.cache_clear()


def test_another_secret_is_read_as_text(script: Script) -> None:
    script.steps = [value("text"), refusal("400 Bad Request", "ResourceNotFoundException")]
    assert read_secret("other", REGION, script.endpoint, lambda: CREDENTIALS) == "text"
    with pytest.raises(StorageUnavailable, match="no secret other"):
        read_secret("other", REGION, script.endpoint, lambda: CREDENTIALS)
