"""A visitor's request through the local CloudFront: a miss, a hit, and viewer-request alone."""

from __future__ import annotations

import http.client
import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from PIL import Image

from edge import viewer_request
from edge.contract.original import OriginalFacts
from edge.storage.objects.location import open_store
from infra.local.cloudfront import LocalCloudFront
from infra.local.cloudfront.uvicorn_server import listen
from tests.bench.pictures import twelve_megapixels
from tests.bench.timing import Row, in_turn

_VERSION = "0123abcd"
_ACCEPT = {"Accept": "image/avif,image/webp,*/*"}
_MISSES = 9
_EVENT = Path(__file__).parents[1] / "events" / "viewer-request.json"


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        store.mkdir()
        for number in range(_MISSES + 1):
            open_store(store.as_uri()).put(
                f"originals/{number}.jpg",
                twelve_megapixels(),
                content_type="image/jpeg",
                metadata=OriginalFacts(_VERSION).as_metadata(),
            )
        with LocalCloudFront(store=store.as_uri(), data=Path(folder) / "cdn") as cdn:
            yield _miss(cdn.url)
            yield _hit(cdn.url)
    yield _viewer_request()


def _miss(url: str) -> Row:
    ask, numbers = _visitor(url), count()
    ours, theirs = in_turn(lambda: ask(f"/{next(numbers)}.jpg?w=300&v={_VERSION}"), _plain_pillow, _MISSES)
    return Row("12 MP JPEG to a stored 300 px AVIF, through CloudFront", ours, 0.5, "Pillow alone", theirs)


def _plain_pillow() -> None:
    """The simplest code that does the job: open, resize, save."""
    with Image.open(BytesIO(twelve_megapixels())) as picture:
        picture.resize((300, 225), Image.Resampling.LANCZOS).save(BytesIO(), "AVIF")


def _hit(url: str) -> Row:
    ask, path = _visitor(url), f"/0.jpg?w=300&v={_VERSION}"
    with _bare_server(ask(path)) as bare:
        plain = _visitor(bare)
        ours, theirs = in_turn(lambda: ask(path), lambda: plain("/"), 20, 50)
    return Row("a hit over a keep-alive connection", ours, 3e-3, "the same bytes from a bare uvicorn", theirs)


def _visitor(url: str) -> Callable[[str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc)

    def ask(path: str) -> bytes:
        connection.request("GET", path, headers=_ACCEPT)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {body[:200]!r}")
        return body

    return ask


@contextmanager
def _bare_server(body: bytes) -> Iterator[str]:
    async def app(scope: object, receive: object, send: Callable[[dict[str, object]], object]) -> None:
        length = str(len(body)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})  # type: ignore[misc]
        await send({"type": "http.response.body", "body": body})  # type: ignore[misc]

    bound = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    yield "http://{}:{}".format(*bound.getsockname()[:2])
    server.should_exit = True
    thread.join()


def _viewer_request() -> Row:
    text = _EVENT.read_text()
    ours, parsing = in_turn(lambda: viewer_request.handler(json.loads(text), None), lambda: json.loads(text), 20, 500)
    return Row("viewer-request, one request", ours - parsing, 50e-6, "json.loads of its event", parsing)
