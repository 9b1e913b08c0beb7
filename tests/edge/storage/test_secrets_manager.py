"""Signing keys from a Secrets Manager over HTTP: well, slow, failing and gone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from edge import viewer_request
from edge.contract import policy
from edge.contract.errors import ServiceUnavailable
from edge.contract.signing import KEEP_SECONDS, KeyRing, SigningKey
from edge.storage.aws.secrets_manager import reader
from edge.storage.aws.sigv4 import Credentials
from edge.storage.signing_keys import cache
from edge.storage.signing_keys.cache import LOOK_AGAIN_SECONDS, WAIT_SECONDS, SigningKeyCache
from edge.storage.signing_keys.shared import open_signing_keys, shared_signing_keys
from infra.local.cloudfront.distribution_loader import load_distribution
from tests.edge.storage.scripted import Script, Step, answer, cut, hang_up
from tests.machine import ROOT, free_port
from tests.secrets_manager import REGION, SigningSecret

OLD, NEW, NEWER = (
    SigningKey(name, name.encode() * 16, created) for name, created in (("old", 1), ("new", 2), ("newer", 3))
)
CREDENTIALS = Credentials("AKID", "secret", "token")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def opened(endpoint: str, clock: Clock, name: str = "signing") -> SigningKeyCache:
    return open_signing_keys(f"secretsmanager:{name}?region={REGION}&endpoint={endpoint}", lambda: CREDENTIALS, clock)


def value(text: str) -> Step:
    return answer("200 OK", json.dumps({"SecretString": text}).encode())


def refusal(status: str, kind: str) -> Step:
    return answer(status, json.dumps({"__type": f"com.amazonaws.secretsmanager#{kind}", "Message": "No."}).encode())


def whole(ring: KeyRing) -> list[Step]:
    none = refusal("400 Bad Request", "ResourceNotFoundException")
    return [value(ring.current.as_json()), value(ring.previous.as_json()) if ring.previous else none]


def test_it_gives_the_current_and_the_previous_key(signing_secret: SigningSecret, clock: Clock) -> None:
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
def test_a_secret_that_is_no_key_gives_no_keys(signing_secret: SigningSecret, secret: str) -> None:
    signing_secret.put(secret or " ")
    with pytest.raises(ServiceUnavailable):
        open_signing_keys(signing_secret.location, lambda: CREDENTIALS).ring()


def test_a_secret_that_is_not_there_gives_no_keys_until_it_is(signing_secret: SigningSecret, clock: Clock) -> None:
    keys = open_signing_keys(signing_secret.location, lambda: CREDENTIALS, clock)
    with pytest.raises(ServiceUnavailable):
        keys.ring()
    signing_secret.put(OLD)
    clock.now += 1
    assert keys.ring() == KeyRing(OLD)


def test_a_rotation_between_the_two_questions_loses_no_key(script: Script) -> None:
    """NEWER comes while we ask: what was current is both times NEW, and never missing."""
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
    "no JSON": lambda _: [answer("200 OK", b"<html>")],
    "a list": lambda _: [answer("200 OK", b"[]")],
    "deep": lambda _: [answer("200 OK", DEEP)],
    "a number": lambda _: [answer("200 OK", b'{"SecretString": 5}')],
    "binary": lambda _: [answer("200 OK", b'{"SecretBinary": "AAAA"}')],
    "huge": lambda _: [answer("200 OK", b" " * 300_000)],
    "an error that is no object": lambda _: [answer("400 Bad Request", b'"no"')],
    "cut": lambda _: [cut("200 OK", b'{"SecretString"', 100)] * 2,
    "hung up": lambda _: [hang_up] * 2,
    "silent": lambda script: [script.silence],
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_in_trouble_it_is_a_source_that_is_away(
    script: Script, clock: Clock, monkeypatch: pytest.MonkeyPatch, fault: Callable[[Script], list[Step]]
) -> None:
    if fault is FAULTS["silent"]:
        monkeypatch.setattr(cache, "WAIT_SECONDS", 0.05)
    script.steps = fault(script)
    keys = opened(script.endpoint, clock)
    with pytest.raises(ServiceUnavailable) as without:
        keys.find("old")
    assert (without.value.status, without.value.code) == (503, "signing_keys_unavailable")

    script.steps, clock.now = whole(KeyRing(OLD)), clock.now + LOOK_AGAIN_SECONDS
    assert keys.ring() == KeyRing(OLD)
    asked = len(script.requests)

    script.steps, clock.now = fault(script), clock.now + KEEP_SECONDS
    for _ in range(3):
        assert keys.find("old") == OLD
    assert len(script.requests) > asked
    with pytest.raises(ServiceUnavailable):
        keys.find("new")

    script.steps, clock.now = whole(KeyRing(NEW, OLD)), clock.now + LOOK_AGAIN_SECONDS
    assert keys.ring() == KeyRing(NEW, OLD)


def test_what_comes_late_is_there_for_those_who_ask_later(
    script: Script, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "WAIT_SECONDS", 0.05)
    now, previous = whole(KeyRing(OLD))

    def late(connection: object) -> bool:
        script.ended.wait(0.5)
        return now(connection)  # type: ignore[arg-type] # a socket, as every step gets

    script.steps = [late, previous]
    keys = opened(script.endpoint, clock)
    with pytest.raises(ServiceUnavailable, match="have not been read yet"):
        keys.ring()
    monkeypatch.setattr(cache, "WAIT_SECONDS", 10)
    assert keys.ring() == KeyRing(OLD)
    assert len(script.requests) == 2


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:{port}", "http://nowhere.invalid:{port}"], ids=["port", "name"])
def test_where_nobody_listens_or_no_such_name_is_known_there_are_no_keys(endpoint: str, clock: Clock) -> None:
    with pytest.raises(ServiceUnavailable):
        opened(endpoint.format(port=free_port()), clock).ring()


def test_without_credentials_there_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    with pytest.raises(ServiceUnavailable):
        open_signing_keys(f"secretsmanager:signing?region={REGION}").ring()


def test_a_visitor_waits_no_longer_than_viewer_request_may_take(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service takes questions and never answers: a 503, with half of the function's time still to come."""
    (behaviour,) = load_distribution(ROOT / "infra" / "template.yaml").behaviours
    assert behaviour.viewer_request is not None
    assert behaviour.viewer_request.timeout >= 2 * WAIT_SECONDS
    monkeypatch.setattr(cache, "WAIT_SECONDS", 0.05)
    signing = replace(policy.load_policy(), secret=f"secretsmanager:signing?region={REGION}&endpoint={script.endpoint}")
    monkeypatch.setattr(viewer_request, "load_policy", lambda: signing)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with pytest.raises(ServiceUnavailable, match="have not been read yet"):
        viewer_request.rewrite("/a.jpg", "w=333&s=old." + "A" * 22, "")
    shared_signing_keys.cache_clear()
