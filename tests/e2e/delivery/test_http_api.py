"""What a program learns by the HTTP API leads to the images that the CDN has, both from one store."""

from __future__ import annotations

import io
import json
from pathlib import Path

from PIL import Image

from edge.contract.original import OriginalFacts
from edge.contract.policy import load_policy
from edge.image.examination import examine
from edge.storage.objects.location import open_store
from infra.local.cloudfront import LocalCloudFront
from infra.local.http_api import LocalHttpApi
from tests.edge.image.pictures import photograph, saved
from tests.http_client import ask

KEY = "été/a+b 100%.jpg"
PATH = "%C3%A9t%C3%A9/a%2Bb%20100%25.jpg"


def test_every_link_among_the_facts_is_an_image_of_the_width_that_is_promised(tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir()
    store = (tmp_path / "objects").as_uri()
    body = saved(photograph(side=360).resize((360, 240)), "JPEG")
    found = examine(body, load_policy())
    facts = OriginalFacts("1f2e3d4c", size=found.source.size, placeholder=found.placeholder)
    open_store(store).put(f"originals/{KEY}", body, content_type="image/jpeg", metadata=facts.as_metadata())
    with (
        LocalCloudFront(store=store, data=tmp_path / "cdn") as cdn,
        LocalHttpApi(store=store, data=tmp_path / "api", options=(f"--cdn={cdn.url}",)) as api,
    ):
        reply = ask(api.url, f"/v1/images/{PATH}", authorization=f"Bearer {api.token}")
        told = json.loads(reply.body)
        assert (told["key"], told["width"], told["height"], told["format"]) == (KEY, 360, 240, "jpeg")
        links = {told["url"]: 360, **{size["url"]: size["width"] for size in told["sizes"]}}
        assert list(links.values()) == [360, 50, 100, 150, 200, 300, 360]
        for url, width in links.items():
            image = ask(cdn.url, url.removeprefix(cdn.url), accept="image/webp")
            assert (image.status, image.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
            assert Image.open(io.BytesIO(image.body)).width == width
        direct = ask(api.url, f"/v1/files/{PATH}?w=300&v=1f2e3d4c", accept="image/webp")
        by_cdn = ask(cdn.url, f"/{PATH}?w=300&v=1f2e3d4c", accept="image/webp")
        assert (direct.body, direct.headers["etag"]) == (by_cdn.body, by_cdn.headers["etag"])
