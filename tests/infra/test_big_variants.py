"""Variants that no generated reply has room for: stored, and the visitor sent to them once; never in a loop."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from edge.contract.recipe import Recipe
from edge.contract.request import ImageRequest
from infra.local.cloudfront.process import TEMPLATE
from tests.infra.client import Reply
from tests.infra.pictures import VERSION, Place, noise, place

SIDE = 1050
#: More than any browser follows.
MOST = 20


@pytest.fixture(scope="module")
def three_megabytes() -> bytes:
    body = noise(SIDE)
    assert len(body) > 3_000_000
    return body


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, three_megabytes: bytes) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("big")) as found:
        found.put("big.png", three_megabytes)
        yield found
        assert "fault=" not in found.cdn.log


def follow(place: Place, target: str) -> list[tuple[str, Reply]]:
    """Each URL and its reply, as a browser goes from one to the next."""
    hops = [(target, place.get(target))]
    while hops[-1][1].status == 302 and len(hops) < MOST:
        location = hops[-1][1].headers["location"]
        hops.append((location, place.get(location)))
    return hops


def statuses(hops: list[tuple[str, Reply]]) -> list[int]:
    return [reply.status for _, reply in hops]


def shows(reply: Reply, side: int) -> bool:
    return Image.open(io.BytesIO(reply.body), formats=["PNG"]).size == (side, side)


@pytest.mark.parametrize("query", ["f=png", "f=png&v=00000000", f"f=png&v={VERSION}"])
def test_unsigned_from_an_alias_and_from_its_own_url(here: Place, query: str) -> None:
    here.purge("big.png")
    hops = follow(here, f"/big.png?{query}")
    assert statuses(hops) == [302, 200]
    assert hops[1][0] == f"/big.png?f=png&v={VERSION}"
    assert hops[1][1].headers["cache-control"] == "public, max-age=31536000, immutable"
    assert len(hops[1][1].body) > 3_000_000
    assert shows(hops[1][1], SIDE)
    (stored,) = here.variants("big.png")
    assert here.store.get(stored).body == hops[1][1].body
    # From now on its own URL leads nowhere else, and an alias there.
    assert statuses(follow(here, hops[1][0])) == [200]
    assert statuses(follow(here, f"/big.png?{query}&utm_source=x"))[-1] == 200


@pytest.mark.parametrize("version", [None, "00000000", VERSION])
def test_signed_the_redirect_is_signed_for_five_minutes(here: Place, version: str | None) -> None:
    here.purge("big.png")
    hops = follow(here, here.sign("big.png", Recipe(width=1019), format="png", version=version))
    assert statuses(hops) == [302, 200]
    assert shows(hops[1][1], 1019)
    url = urlsplit(hops[1][0])
    given = parse_qs(url.query)
    assert (url.path, given["w"], given["v"]) == ("/big.png", ["1019"], [VERSION])
    assert sorted(given) == ["e", "f", "s", "v", "w"]
    assert here.get(hops[1][0].partition("&s=")[0]).status == 403
    assert here.get(hops[1][0].replace("w=1019", "w=1018")).status == 403
    assert len(here.variants("big.png")) == 1


def test_where_every_url_is_signed_so_is_the_redirect(tmp_path: Path, three_megabytes: bytes) -> None:
    with place(tmp_path, signed="always") as strict:
        strict.put("big.png", three_megabytes)
        assert strict.get("/big.png?f=png").status == 403
        hops = follow(strict, strict.sign("big.png", Recipe(), format="png"))
        assert statuses(hops) == [302, 200]
        assert "&s=" in hops[1][0]
        assert strict.get(f"/big.png?f=png&v={VERSION}").status == 403


@pytest.fixture(scope="module")
def blind(tmp_path_factory: pytest.TempPathFactory, three_megabytes: bytes) -> Iterator[Place]:
    """CloudFront reads another folder of the bucket than origin-response writes to: it never finds what is stored."""
    folder = tmp_path_factory.mktemp("blind")
    text = TEMPLATE.read_text()
    assert "OriginPath: /variants" in text
    (folder / "template.yaml").write_text(text.replace("OriginPath: /variants", "OriginPath: /elsewhere"))
    with place(folder, template=folder / "template.yaml") as found:
        found.put("big.png", three_megabytes)
        yield found


@pytest.mark.parametrize(("signed", "version"), [(False, None), (True, VERSION)])
def test_what_cloudfront_cannot_read_ends_in_a_500_and_no_loop(blind: Place, signed: bool, version: str | None) -> None:
    blind.purge("big.png")
    if signed:
        target = blind.sign("big.png", Recipe(width=1019), format="png", version=version)
    else:
        target = ImageRequest("big.png", Recipe(), "png", version).spell()
    hops = follow(blind, target)
    assert len(blind.variants("big.png")) == 1
    # To its true URL, and there once more where the file is so young that somebody may just have stored it.
    assert 2 <= len(hops) <= 3
    assert statuses(hops) == [302] * (len(hops) - 1) + [500]
    last = hops[-1][1]
    assert json.loads(last.body)["code"] == "variant_unreadable"
    assert last.headers["cache-control"] == "no-store"
    again = follow(blind, hops[-1][0])
    assert statuses(again) == [500]


def test_a_small_picture_is_shown_all_the_same(blind: Place) -> None:
    blind.put("small.png")
    assert blind.get("/small.png?w=300").status == 200
