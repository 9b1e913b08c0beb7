"""Variants too large for a generated reply: they are stored, and one redirect leads to them; never a loop."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from edge.contract.recipe import Recipe
from edge.contract.request import ImageRequest
from infra.local.cloudfront.process import TEMPLATE
from tests.e2e.delivery.delivery_site import VERSION, DeliverySite, delivery_site, noise
from tests.http_client import Reply

SIDE = 1050
#: More redirects than any browser follows.
MAX_HOPS = 20


@pytest.fixture(scope="module")
def three_megabytes() -> bytes:
    body = noise(SIDE)
    assert len(body) > 3_000_000
    return body


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, three_megabytes: bytes) -> Iterator[DeliverySite]:
    with delivery_site(tmp_path_factory.mktemp("big")) as found:
        found.put("big.png", three_megabytes)
        yield found
        assert "fault=" not in found.cdn.log


def follow(site: DeliverySite, target: str) -> list[tuple[str, Reply]]:
    """Follow redirects as a browser does. Return every URL with its reply."""
    hops = [(target, site.get(target))]
    while hops[-1][1].status == 302 and len(hops) < MAX_HOPS:
        location = hops[-1][1].headers["location"]
        hops.append((location, site.get(location)))
    return hops


def statuses(hops: list[tuple[str, Reply]]) -> list[int]:
    return [reply.status for _, reply in hops]


def shows(reply: Reply, side: int) -> bool:
    return Image.open(io.BytesIO(reply.body), formats=["PNG"]).size == (side, side)


@pytest.mark.parametrize("query", ["f=png", "f=png&v=00000000", f"f=png&v={VERSION}"])
def test_an_unsigned_url_redirects_once_to_the_stored_variant(site: DeliverySite, query: str) -> None:
    site.purge("big.png")
    hops = follow(site, f"/big.png?{query}")
    assert statuses(hops) == [302, 200]
    assert hops[1][0] == f"/big.png?f=png&v={VERSION}"
    assert hops[1][1].headers["cache-control"] == "public, max-age=31536000, immutable"
    assert len(hops[1][1].body) > 3_000_000
    assert shows(hops[1][1], SIDE)
    (stored,) = site.variants("big.png")
    assert site.store.get(stored).body == hops[1][1].body
    # The variant's own URL does not redirect any more; an alias still leads to it.
    assert statuses(follow(site, hops[1][0])) == [200]
    assert statuses(follow(site, f"/big.png?{query}&utm_source=x"))[-1] == 200


@pytest.mark.parametrize("version", [None, "00000000", VERSION])
@pytest.mark.parametrize("expires", [None, 8])
def test_a_redirect_has_the_signature_of_the_url_that_was_asked_for(
    site: DeliverySite, version: str | None, expires: int | None
) -> None:
    site.purge("big.png")
    until = int(time.time()) + expires if expires else None
    asked = site.sign("big.png", Recipe(width=1019), until, format="png", version=version)
    hops = follow(site, asked)
    assert statuses(hops) == [302, 200]
    assert hops[0][1].headers["cache-control"] == "no-store"
    assert shows(hops[1][1], 1019)
    before, after = (parse_qs(urlsplit(each).query) for each in (asked, hops[1][0]))
    assert (urlsplit(hops[1][0]).path, after.pop("v")) == ("/big.png", [VERSION])
    before.pop("v", None)
    assert after == before
    assert site.get(hops[1][0].replace("w=1019", "w=1018")).status == 403
    assert len(site.variants("big.png")) == 1


def test_a_visitor_cannot_send_the_header_that_names_the_redirect(site: DeliverySite) -> None:
    site.purge("big.png")
    forged = {"x_imagehub_query": "?w=50&s=k1.AAAAAAAAAAAAAAAAAAAAAA"}
    site.put("unasked.png", noise(1600))
    for url, location in (
        ("/big.png?f=png&v=00000000", f"/big.png?f=png&v={VERSION}"),
        ("/big.png?f=png&w=1000&v=00000001", f"/big.png?w=1000&f=png&v={VERSION}"),
        ("/unasked.png", f"/unasked.png?v={VERSION}"),
    ):
        reply = site.get(url, accept="image/jpeg", **forged)
        assert (reply.status, reply.headers["location"]) == (302, location)


def test_a_url_does_not_get_the_signature_of_another_with_the_same_variant_key(site: DeliverySite) -> None:
    site.purge("big.png")
    now = int(time.time())
    for until in (now + 300, now + 600, None):
        asked = site.sign("big.png", Recipe(width=1018), until, format="png", version="00000000")
        location = site.get(asked).headers["location"]
        assert location == asked.replace("v=00000000", f"v={VERSION}")


def test_the_redirect_is_signed_if_every_url_must_be(tmp_path: Path, three_megabytes: bytes) -> None:
    with delivery_site(tmp_path, signed="always") as strict:
        strict.put("big.png", three_megabytes)
        assert strict.get("/big.png?f=png").status == 403
        hops = follow(strict, strict.sign("big.png", Recipe(), format="png"))
        assert statuses(hops) == [302, 200]
        assert "&s=" in hops[1][0]
        assert strict.get(f"/big.png?f=png&v={VERSION}").status == 403


@pytest.fixture(scope="module")
def misconfigured(tmp_path_factory: pytest.TempPathFactory, three_megabytes: bytes) -> Iterator[DeliverySite]:
    """CloudFront reads another prefix than origin-response writes to, so it never finds a stored variant."""
    folder = tmp_path_factory.mktemp("misconfigured")
    text = TEMPLATE.read_text()
    assert "OriginPath: /variants" in text
    (folder / "template.yaml").write_text(text.replace("OriginPath: /variants", "OriginPath: /elsewhere"))
    with delivery_site(folder, template=folder / "template.yaml") as found:
        found.put("big.png", three_megabytes)
        yield found


@pytest.mark.parametrize(("signed", "version"), [(False, None), (True, VERSION)])
def test_a_variant_that_cloudfront_cannot_read_is_a_500_and_no_redirect_loop(
    misconfigured: DeliverySite, signed: bool, version: str | None
) -> None:
    misconfigured.purge("big.png")
    if signed:
        target = misconfigured.sign("big.png", Recipe(width=1019), format="png", version=version)
    else:
        target = ImageRequest("big.png", Recipe(), "png", version).spell()
    hops = follow(misconfigured, target)
    assert len(misconfigured.variants("big.png")) == 1
    # One redirect to the true URL, and one to itself if the file is so new that another request may have stored it.
    assert 2 <= len(hops) <= 3
    assert statuses(hops) == [302] * (len(hops) - 1) + [500]
    last = hops[-1][1]
    assert json.loads(last.body)["code"] == "variant_unreadable"
    assert last.headers["cache-control"] == "no-store"
    again = follow(misconfigured, hops[-1][0])
    assert statuses(again) == [500]


def test_a_small_variant_needs_no_stored_copy(misconfigured: DeliverySite) -> None:
    misconfigured.put("small.png")
    assert misconfigured.get("/small.png?w=300").status == 200
