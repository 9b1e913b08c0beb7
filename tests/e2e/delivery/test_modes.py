"""Both modes of the template give the same replies; what differs is what docs/modes.md lists."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from assets.signing_key_rotation import rotate
from edge.contract.recipe import make_recipe
from edge.contract.request import ImageRequest
from edge.contract.signing import KEEP_SECONDS, PAGE_SECONDS, KeyRing, SigningKey
from edge.storage.signing_keys.key_file import parse_key_ring, write_key_file
from edge.storage.signing_keys.location import parse_location
from infra.functions.rotate_signing_keys import handler
from tests.e2e.delivery.delivery_site import DeliverySite, delivery_site, noise
from tests.http_client import Reply
from tests.infra.functions.engines import command
from tests.key_value_store import KeyValueStore, run_key_value_store
from tests.secrets_manager import SigningSecret, run_secrets_manager
from tests.vectors.vectors import RING, VectorSet

REGIONAL = ("--mode=regional",)
#: Every so many vectors: enough for each kind of URL and error, few enough to be rendered twice.
EVERY = 23
COMPARED = ("content-type", "cache-control", "x-imagehub-error", "x-amz-meta-cache-tag", "content-disposition", "vary")
#: From the newest key to the time when a rotation is allowed.
SETTLED = 2 * KEEP_SECONDS + PAGE_SECONDS


@dataclass(frozen=True)
class BothModes:
    edge: DeliverySite
    regional: DeliverySite

    def put(self, key: str, body: bytes | None = None, version: str = "1f2e3d4c") -> None:
        for site in (self.edge, self.regional):
            site.put(key, body, version)

    def get(self, target: str, method: str = "GET", **headers: str) -> tuple[Reply, Reply]:
        return self.edge.get(target, method, **headers), self.regional.get(target, method, **headers)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BothModes]:
    command("njs")
    folders = tmp_path_factory.mktemp("edge"), tmp_path_factory.mktemp("regional")
    for folder in folders:
        write_key_file(folder / "vectors.json", RING)
    edge, regional = (
        delivery_site(folder, folder / "vectors.json", options=options)
        for folder, options in zip(folders, ((), REGIONAL), strict=True)
    )
    with edge as first, regional as second:
        yield BothModes(first, second)
        for site in (first, second):
            assert "fault=" not in site.cdn.log


def told(reply: Reply) -> dict[str, Any]:
    """What a visitor sees. The texts of some errors are shorter in the CloudFront Function."""
    code = reply.headers.get("x-imagehub-error")
    body: object = json.loads(reply.body)["code"] if code and reply.body else reply.body
    return {"status": reply.status, "body": body, **{name: reply.headers.get(name) for name in COMPARED}}


def vectors() -> list[dict[str, Any]]:
    cases = [case for case in VectorSet.load("signed").cases if "function" not in case]
    # An HTTP client sends neither a fragment nor letters that are not escaped.
    return [case for case in cases[::EVERY] if "#" not in case["path"] and f"{case['path']}{case['query']}".isascii()]


def test_the_shared_vectors_get_the_same_replies_in_both_modes(both: BothModes) -> None:
    seen = set()
    for case in vectors():
        if "uri" in case:
            both.put(unquote(case["uri"].rsplit("/", 2)[0].lstrip("/")))
        target = f"{case['path']}?{case['query']}" if case["query"] else case["path"]
        edge, regional = (told(reply) for reply in both.get(target, accept=case["accept"]))
        assert edge == regional, target
        seen.add(edge["status"])
    assert {200, 400, 403} <= seen


def test_a_missing_original_head_ranges_and_conditions_are_the_same(both: BothModes) -> None:
    both.put("a.png")
    for target, method, headers in (
        ("/none.png?w=300", "GET", {}),
        ("/none.png?w=300", "HEAD", {}),
        ("/a.png?w=300", "HEAD", {}),
        ("/a.png?w=300", "GET", {"range": "bytes=0-9"}),
        ("/a.png?w=300", "GET", {"range": "bytes=0-9"}),
        ("/a.png?w=600&v=1f2e3d4c", "GET", {"range": "bytes=0-9"}),
        ("/a.png?w=600&v=1f2e3d4c", "GET", {"if-none-match": '"other"'}),
    ):
        edge, regional = both.get(target, method, **headers)
        assert told(edge) == told(regional), (target, method)
    etags = [site.get("/a.png?w=600&v=1f2e3d4c").headers["etag"] for site in (both.edge, both.regional)]
    assert etags[0] == etags[1]
    assert [reply.status for reply in both.get("/a.png?w=600&v=1f2e3d4c", **{"if-none-match": etags[0]})] == [304, 304]


def test_a_variant_is_stored_once_and_then_served_without_the_gateway(both: BothModes) -> None:
    both.put("stored.png")
    target = "/stored.png?w=300&v=1f2e3d4c"
    first = both.regional.get(target)
    assert (first.status, first.x_cache) == (200, "Miss")
    assert "server-timing" in first.headers
    both.edge.get(target)
    assert both.regional.variants("stored.png") == both.edge.variants("stored.png")
    both.regional.invalidate_path("/stored.png")
    again = both.regional.get(target)
    assert (again.x_cache, again.body) == ("Miss", first.body)
    assert "server-timing" not in again.headers


def test_a_purge_reaches_what_the_gateway_rendered(both: BothModes) -> None:
    site = both.regional
    site.put("purged.png")
    first = site.get("/purged.png?w=300")
    assert site.get("/purged.png?w=300").x_cache == "Hit"
    site.put("purged.png", noise(400), "00000002")
    site.purge("purged.png")
    second = site.get("/purged.png?w=300")
    assert (second.status, second.x_cache) == (200, "Miss")
    assert second.body != first.body


def test_a_variant_of_two_megabytes_is_a_reply_of_the_gateway_and_a_redirect_at_the_edge(both: BothModes) -> None:
    both.put("large.png", noise(900))
    request = ImageRequest("large.png", make_recipe({"width": 900}), "png", "1f2e3d4c")
    target = request.signed(both.edge.policy, RING, time.time()).spell()
    edge, regional = both.get(target)
    assert (edge.status, regional.status) == (302, 200)
    assert len(regional.body) > 1_000_000
    assert both.edge.get(edge.headers["location"]).body == regional.body


def test_s3s_own_failure_is_not_a_missing_variant(tmp_path: Path) -> None:
    command("njs")
    with delivery_site(tmp_path, options=REGIONAL) as site:
        site.put("a.png")
        (tmp_path / "objects").rename(tmp_path / "away")
        failed = site.get("/a.png?w=300")
        assert (failed.status, b"SlowDown" in failed.body) == (503, True)
        (tmp_path / "away").rename(tmp_path / "objects")
        assert site.get("/a.png?w=300").status == 200


@dataclass(frozen=True)
class Rotating:
    """A regional site whose KeyValueStore the rotation function fills from a secret."""

    site: DeliverySite
    secret: SigningSecret
    entries: KeyValueStore

    def call(self, step: str, token: str = "") -> None:
        handler({"Step": step, "SecretId": self.secret.name, "ClientRequestToken": token}, None)

    def ring(self) -> KeyRing:
        """What a signer reads."""
        client = self.secret.client
        stages = client.describe_secret(SecretId=self.secret.name)["VersionIdsToStages"].values()

        def read(stage: str) -> SigningKey:
            return SigningKey.parse(
                client.get_secret_value(SecretId=self.secret.name, VersionStage=stage)["SecretString"]
            )

        has_previous = any("AWSPREVIOUS" in each for each in stages)
        return KeyRing(read("AWSCURRENT"), read("AWSPREVIOUS") if has_previous else None)

    def url(self, signer: SigningKey, width: int) -> str:
        request = ImageRequest("a.png", make_recipe({"width": width}))
        return request.signed(self.site.policy, KeyRing(signer), time.time()).spell()


@pytest.fixture
def rotating(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rotating]:
    command("njs")
    (tmp_path / "entries").mkdir()
    with run_secrets_manager() as endpoint, run_key_value_store(tmp_path / "entries") as entries:
        environment = {"SECRETS_MANAGER_ENDPOINT": endpoint, "AWS_DEFAULT_REGION": "us-east-1"}
        for name, value in {**environment, **entries.environment}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
        secret = SigningSecret(endpoint)
        options = (*REGIONAL, f"--signing-keys={entries.path('signing-keys')}")
        with delivery_site(tmp_path, secret.location, options=options) as site:
            site.put("a.png")
            yield Rotating(site, secret, entries)


def test_signed_urls_stay_valid_while_the_keys_are_rotated(rotating: Rotating) -> None:
    unfilled = rotating.site.get("/a.png?w=301&s=first.AAAAAAAAAAAAAAAAAAAAAA")
    assert (unfilled.status, unfilled.headers["x-imagehub-error"]) == (503, "signing_keys_unavailable")
    rotating.secret.put(SigningKey("first", bytes(32), int(time.time())))
    rotating.call("publish")
    rotating.secret.put(SigningKey("second", bytes(range(32)), int(time.time())))
    rotating.call("publish")
    old = parse_key_ring(rotating.entries.path("signing-keys").read_text())
    assert old.previous is not None
    for signer in (old.current, old.previous):
        assert rotating.site.get(rotating.url(signer, 301)).status == 200
    forged = rotating.site.get(rotating.url(SigningKey("second", bytes(16), 0), 301))
    assert (forged.status, forged.x_cache) == (403, "FunctionGeneratedResponse")


def test_the_edge_accepts_each_signer_at_each_step_of_a_rotation(rotating: Rotating) -> None:
    rotating.secret.put(SigningKey("first", bytes(32), 0))
    token = str(uuid.uuid4())
    for width, step in enumerate(("createSecret", "setSecret", "testSecret", "finishSecret"), 302):
        rotating.call(step, token)
        if step == "createSecret":
            continue  # a secret that was never rotated is published by CloudFormation
        ring, now = rotating.ring(), time.time()
        for moment in (now, now + SETTLED):
            assert rotating.site.get(rotating.url(ring.signer(moment), width)).status == 200, step


def test_a_key_file_that_was_rotated_is_read_at_once(tmp_path: Path) -> None:
    """What ``manage.py rotate_signing_keys`` does: on one machine, the key file stands for the KeyValueStore."""
    command("njs")
    with delivery_site(tmp_path, options=REGIONAL) as site:
        site.put("a.png")
        after = rotate(parse_location(site.policy.secret), int(time.time()), force=True).after
        for signer in (after.current, after.previous):
            assert signer is not None
            request = ImageRequest("a.png", make_recipe({"width": 301}))
            assert site.get(request.signed(site.policy, KeyRing(signer), time.time()).spell()).status == 200
