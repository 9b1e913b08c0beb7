"""Old URLs: the jobs are answered alike by the gateway, and hits do not reach it."""

from __future__ import annotations

import json
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from PIL import Image

from edge.contract.original import original_object_key
from edge.storage.objects.location import open_store
from infra.local.cloudfront import LocalCloudFront
from tests.bench.origin import FACTS
from tests.bench.sih_hits import template
from tests.bench.sih_jobs import CALLS, PHOTOGRAPH, PNG, SihJob, sih_jobs
from tests.edge.gateways import loaded_gateway
from tests.edge.image.pictures import noise, saved

_SIZES = [(320, 200), (600, 450), (1200, 900), (720, 540), (600, 450), (600, 450), (600, 450), (600, 450), (300, 300)]


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with both originals."""
    location = tmp_path_factory.mktemp("store").as_uri()
    for key, kind in ((PHOTOGRAPH, "jpeg"), (PNG, "png")):
        body, metadata = saved(noise((1600, 1200)), kind), FACTS.as_metadata()
        open_store(location).put(original_object_key(key), body, content_type=f"image/{kind}", metadata=metadata)
    return location


@pytest.mark.parametrize(("job", "size"), list(zip(sih_jobs(), _SIZES, strict=True)))
def test_each_job_is_an_image_of_its_size(location: str, job: SihJob, size: tuple[int, int]) -> None:
    settings = json.dumps({"path": "/", "buckets": {"photos": ""}, "strict": True})
    with loaded_gateway(IMAGEHUB_STORE=location, IMAGEHUB_SIH=settings) as gateway:
        reply = gateway.handler(job.event("photos"), None)
    assert reply["statusCode"] == 200, reply
    image = Image.open(BytesIO(b64decode(reply["body"])))
    assert (image.size, image.format) == (size, {"jpg": "JPEG"}.get(job.suffix, job.suffix.upper()))


def test_a_hit_does_not_reach_the_gateway(location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = tmp_path / "calls.txt"
    monkeypatch.setenv(CALLS, str(calls))
    (tmp_path / "template.json").write_text(json.dumps(template()))
    path = next(sih_jobs()).path("photos")
    with LocalCloudFront(store=location, data=tmp_path / "cdn", template=tmp_path / "template.json") as cdn:
        found = []
        for _ in range(3):
            with urlopen(cdn.url + path) as reply:  # noqa: S310  # the test's own server
                found.append((reply.headers["X-Cache"].split()[0], len(reply.read())))
    assert [cache for cache, _ in found] == ["Miss", "Hit", "Hit"]
    assert len({size for _, size in found}) == 1
    assert len(calls.read_text().splitlines()) == 1
