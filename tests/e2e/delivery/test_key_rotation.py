"""Signed URLs through the local CloudFront with keys from Secrets Manager: rotation under load, and expiry."""

from __future__ import annotations

import io
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import cycle

import pytest
from PIL import Image

from assets.signing_key_rotation import rotate
from edge.contract import policy
from edge.contract.original import OriginalFacts, original_object_key
from edge.contract.policy import Policy
from edge.contract.recipe import make_recipe
from edge.contract.request import ImageRequest
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.objects.directory import DirectoryStore
from edge.storage.signing_keys.cache import SigningKeyCache
from edge.storage.signing_keys.location import parse_location
from edge.storage.signing_keys.shared import open_signing_keys
from infra.local.cloudfront import LocalCloudFront
from tests.http_client import ask
from tests.machine import wait_until
from tests.policy_file import policy_in_force
from tests.secrets_manager import SigningSecret, run_secrets_manager

WIDTHS = (301, 302, 303)


@dataclass(frozen=True)
class Signed:
    """A local CloudFront that caches signing keys for a second, and the policy that it shares with the signers."""

    cdn: LocalCloudFront
    policy: Policy

    def spell(self, ring: KeyRing, width: int, expires: int | None = None) -> str:
        return (
            ImageRequest("a.jpg", make_recipe({"width": width}), expires=expires)
            .signed(self.policy, ring, time.time())
            .spell()
        )


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    folder = tmp_path_factory.mktemp("signed")
    body = io.BytesIO()
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(body, "JPEG")
    facts = OriginalFacts("1f2e3d4c").as_metadata()
    (folder / "objects").mkdir()
    store = DirectoryStore(folder / "objects")
    store.put(original_object_key("a.jpg"), body.getvalue(), content_type="image/jpeg", metadata=facts)
    file = folder / "policy.json"
    with run_secrets_manager() as endpoint, policy_in_force(file) as patch:
        baked = policy.BAKED.read_text()
        secret = f"{SigningSecret(endpoint).location}&keep=1"
        file.write_text(json.dumps({**json.loads(baked), "secret": secret}))
        patch.setenv("AWS_ACCESS_KEY_ID", "AKID")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        rotate(parse_location(secret), int(time.time()))
        with LocalCloudFront(store=f"file://{folder / 'objects'}", data=folder / "cdn") as cdn:
            yield Signed(cdn, replace(Policy.parse(baked), secret=secret))


@dataclass
class Load:
    """Visitors of freshly rendered pages, and one who forges signatures, so that the edge looks for unknown keys."""

    signed: Signed
    signers: list[SigningKeyCache]
    stop: threading.Event = field(default_factory=threading.Event)
    failed: list[str] = field(default_factory=list)
    served: Counter[str] = field(default_factory=Counter)
    latest: dict[int, str] = field(default_factory=dict)

    def visit(self, visitor: int) -> None:
        signer = self.signers[visitor % len(self.signers)]
        for width in cycle(WIDTHS):
            if self.stop.is_set():
                return
            url = self.signed.spell(signer.ring(), width)
            key = url.rpartition("s=")[2].partition(".")[0]
            reply = ask(self.signed.cdn.url, url)
            if reply.status != 200 or reply.headers["content-type"] != "image/png":
                self.failed.append(f"{url}: {reply.status} {reply.body[:200]!r}")
            self.served[key] += 1
            self.latest[visitor] = key

    def forge(self) -> None:
        while not self.stop.is_set():
            reply = ask(self.signed.cdn.url, "/a.jpg?w=301&s=forged." + "A" * 22)
            if reply.status not in (403, 503):
                self.failed.append(f"forged: {reply.status}")

    def all_with(self, key: SigningKey, visitors: int) -> bool:
        return len(self.latest) == visitors and set(self.latest.values()) == {key.id} and self.served[key.id] >= 50


def test_two_key_rotations_under_load_fail_no_request(signed: Signed) -> None:
    visitors, secret = 4, parse_location(signed.policy.secret)
    load = Load(signed, [open_signing_keys(signed.policy.secret) for _ in range(2)])
    keys = [load.signers[0].ring().current]
    with ThreadPoolExecutor(visitors + 1) as pool:
        running = [*(pool.submit(load.visit, number) for number in range(visitors)), pool.submit(load.forge)]
        try:
            wait_until(lambda: load.all_with(keys[-1], visitors), lambda: load.served)
            for _ in range(2):
                keys.append(rotate(secret, int(time.time()), force=True).after.current)
                wait_until(lambda: load.all_with(keys[-1], visitors), lambda: (load.served, load.failed))
        finally:
            load.stop.set()
        for each in running:
            each.result()
    assert load.failed == []
    assert set(load.served) == {key.id for key in keys}


def test_an_expired_url_is_403_even_if_its_variant_is_cached(signed: Signed) -> None:
    ring, now = open_signing_keys(signed.policy.secret).ring(), int(time.time())
    good = signed.spell(ring, 333, now + 3600)
    assert [ask(signed.cdn.url, good).x_cache for _ in range(2)] == ["Miss", "Hit"]
    for expires in (now - 86_400, now - 1, now):
        reply = ask(signed.cdn.url, signed.spell(ring, 333, expires))
        assert (reply.status, json.loads(reply.body)["code"]) == (403, "signature_expired")
        assert (reply.x_cache, reply.headers["cache-control"]) == ("LambdaGeneratedResponse", "no-store")
    for url in (signed.spell(ring, 333, 99_999_999_999), good):
        assert (ask(signed.cdn.url, url).status, ask(signed.cdn.url, url).x_cache) == (200, "Hit")


@pytest.mark.parametrize(
    ("e", "status", "code"),
    [
        ("", 403, "signature_wrong"),
        ("e=4000000001", 403, "signature_wrong"),
        ("e=04000000000", 400, "parameter_invalid"),
        ("e=%2B4000000000", 400, "parameter_invalid"),
        ("e=4000000000.0", 400, "parameter_invalid"),
        ("e=4e9", 400, "parameter_invalid"),
        ("e=-1", 400, "parameter_invalid"),
        ("e=0", 400, "parameter_invalid"),
        ("e=", 400, "parameter_invalid"),
        ("e=never", 400, "parameter_invalid"),
        ("e=999999999999", 400, "parameter_invalid"),
        ("e=4000000000&expires=4000000000", 400, "parameter_repeated"),
    ],
)
def test_a_changed_expiry_is_refused(signed: Signed, e: str, status: int, code: str) -> None:
    url = signed.spell(open_signing_keys(signed.policy.secret).ring(), 333, 4_000_000_000)
    assert ask(signed.cdn.url, url).status == 200
    reply = ask(signed.cdn.url, url.replace("e=4000000000", e))
    assert (reply.status, json.loads(reply.body)["code"]) == (status, code)


def test_an_expiry_without_a_signature_is_403(signed: Signed) -> None:
    reply = ask(signed.cdn.url, "/a.jpg?w=300&e=4000000000")
    assert (reply.status, json.loads(reply.body)["code"]) == (403, "signature_missing")
