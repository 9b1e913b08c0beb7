"""The local HTTP API as a process, with the real gateway and a store in a directory."""

from __future__ import annotations

import io
import json
import signal
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from PIL import Image

from edge.contract.original import OriginalFacts
from edge.storage.objects.location import open_store
from infra.local.http_api import LocalHttpApi
from tests.edge.originals import jpeg


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHttpApi]:
    folder = tmp_path_factory.mktemp("http-api")
    (folder / "store").mkdir()
    location = (folder / "store").as_uri()
    facts = OriginalFacts("1f2e3d4c", size=(640, 480)).as_metadata()
    for key in ("images/photo.jpg", "café + 100%.jpg"):
        body = jpeg("red", (640, 480))
        open_store(location).put(f"originals/{key}", body, content_type="image/jpeg", metadata=facts)
    with LocalHttpApi(store=location, data=folder / "data", options=("--cdn=https://cdn.example",)) as running:
        yield running


def ask(api: LocalHttpApi, path: str, method: str = "GET", **headers: str) -> Any:
    return urllib3.request(method, api.url + path, headers=headers, retries=False)


def test_images_are_rendered_for_everybody(api: LocalHttpApi) -> None:
    for key in ("images/photo.jpg", "caf%C3%A9%20%2B%20100%25.jpg"):
        found = ask(api, f"/v1/files/{key}?w=300", Accept="image/webp")
        assert (found.status, found.headers["Content-Type"]) == (200, "image/webp")
        assert Image.open(io.BytesIO(found.data)).size == (300, 225)


def test_facts_are_for_those_with_the_token(api: LocalHttpApi) -> None:
    assert ask(api, "/v1/images/images/photo.jpg").status == 401
    token = f"Bearer {api.token}"
    found = ask(api, "/v1/images/images/photo.jpg", Authorization=token)
    facts = json.loads(found.data)
    assert (found.status, facts["width"], facts["url"]) == (
        200,
        640,
        "https://cdn.example/images/photo.jpg?v=1f2e3d4c",
    )
    kept = ask(api, "/v1/images/images/photo.jpg", Authorization=token, **{"If-None-Match": found.headers["ETag"]})
    assert (kept.status, kept.data) == (304, b"")
    head = ask(api, "/v1/images/images/photo.jpg", "HEAD", Authorization=token)
    assert (head.status, head.headers["ETag"]) == (200, found.headers["ETag"])
    missing = ask(api, "/v1/images/none.jpg", Authorization=token)
    assert (missing.status, json.loads(missing.data)["code"]) == (404, "original_missing")


def test_a_line_break_in_a_path_is_no_line_of_the_log(api: LocalHttpApi) -> None:
    ask(api, "/v1/files/a%0Ahttp-api method=GET")
    assert all(line.startswith("http-api ") for line in api.log.splitlines() if "method=" in line)


def test_a_signal_ends_it(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    with LocalHttpApi(store=(tmp_path / "store").as_uri(), data=tmp_path / "data") as running:
        assert running.stop(signal.SIGINT) == 0


def test_what_it_cannot_start_with_is_said(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="http-api: "), LocalHttpApi(store="ftp://x", data=tmp_path / "data"):
        pass


def test_old_urls_are_answered_at_the_path_that_the_operator_chose(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    location = (tmp_path / "store").as_uri()
    open_store(location).put("originals/photo.jpg", jpeg("red", (640, 480)), content_type="image/jpeg")
    options = ("--image-handler", json.dumps({"path": "/image-handler", "buckets": {"photos": ""}}))
    with LocalHttpApi(store=location, data=tmp_path / "data", options=options) as api:
        document = b64encode(json.dumps({"key": "photo.jpg", "edits": {"resize": {"width": 300}}}).encode()).decode()
        for path in (document, "300x0/photo.jpg", "photo.jpg?width=300"):
            found = ask(api, f"/image-handler/{path}")
            assert (found.status, Image.open(io.BytesIO(found.data)).size) == (200, (300, 225))
        assert json.loads(ask(api, "/image-handler/300x0/none.jpg").data)["code"] == "NoSuchKey"
        assert ask(api, "/300x0/photo.jpg").status == 404
    assert len(list(open_store(location).list("variants/"))) == 1
