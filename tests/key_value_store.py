"""CloudFront's KeyValueStore over HTTP: what no public server offers. Its entries are files, as the local CloudFront
reads them.

It verifies SigV4A, and its replies are checked against botocore's model of the service.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import validate_parameters

from tests.sigv4a import why_refused

ACCOUNT = "123456789012"
CREDENTIALS = ("AKID", "secret")
#: Requests reach the server through a proxy of this name, since botocore puts the account before the host's name.
ENDPOINT = "http://kvs.example"
_SERVICE = "cloudfront-keyvaluestore"
_STATUSES = {"ConflictException": 409, "ResourceNotFoundException": 404, "AccessDeniedException": 403}


@dataclass
class KeyValueStore:
    """A store with its entries in ``folder``. ``conflicts`` is how many of the next writes meet another one."""

    proxy: str
    folder: Path
    arn: str = field(default_factory=lambda: f"arn:aws:cloudfront::{ACCOUNT}:key-value-store/{uuid.uuid4()}")
    version: int = 1
    conflicts: int = 0
    loses_writes: bool = False
    calls: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    @property
    def environment(self) -> dict[str, str]:
        """What a function needs to reach this store."""
        return {
            "KEY_VALUE_STORE": self.arn,
            "KEY_VALUE_STORE_ENDPOINT": ENDPOINT,
            "HTTP_PROXY": self.proxy,
            "NO_PROXY": "127.0.0.1,localhost",
            "AWS_ACCESS_KEY_ID": CREDENTIALS[0],
            "AWS_SECRET_ACCESS_KEY": CREDENTIALS[1],
        }


@cache
def _model() -> ServiceModel:
    return botocore.session.get_session().get_service_model(_SERVICE)


class _Refused(Exception):
    """An error of the service, by its name."""


class _Handler(BaseHTTPRequestHandler):
    store: KeyValueStore

    def do_GET(self) -> None:
        self._answer(b"")

    def do_PUT(self) -> None:
        self._answer(self.rfile.read(int(self.headers["content-length"])))

    def log_message(self, format: str, *args: Any) -> None:
        """Not on stderr."""

    def _answer(self, body: bytes) -> None:
        try:
            operation, reply = self._route(body)
        except _Refused as error:
            self._send(_STATUSES[str(error)], {"Message": str(error)}, {"x-amzn-ErrorType": str(error)})
            return
        shape = _model().operation_model(operation).output_shape
        assert shape is not None
        validate_parameters(reply, shape)  # as botocore's own stubber does
        version = reply.pop("ETag", None)
        self._send(200, reply, {"ETag": version} if version else {})

    def _route(self, body: bytes) -> tuple[str, dict[str, Any]]:
        url, store = urlsplit(self.path), self.store
        headers = {name.lower(): value for name, value in self.headers.items()}
        if reason := why_refused(self.command, url.path, headers, body, CREDENTIALS, _SERVICE):
            store.refused.append(reason)
            raise _Refused("AccessDeniedException")
        _, _, arn, *rest = url.path.split("/")
        if unquote(arn) != store.arn or url.hostname != f"{ACCOUNT}.kvs.example":
            raise _Refused("ResourceNotFoundException")
        operation = {("GET", 0): "DescribeKeyValueStore", ("GET", 2): "GetKey", ("PUT", 2): "PutKey"}[
            self.command, len(rest)
        ]
        store.calls.append(operation)
        return operation, getattr(self, f"_{operation}")(*map(unquote, rest[1:]), *([body] if body else []))

    def _DescribeKeyValueStore(self) -> dict[str, Any]:
        return {"KvsARN": self.store.arn, "Created": time.time(), "Status": "READY", **self._size(), **self._etag()}

    def _GetKey(self, key: str) -> dict[str, Any]:
        path = self.store.path(key)
        if not path.exists():
            raise _Refused("ResourceNotFoundException")
        return {"Key": key, "Value": path.read_text(), **self._size()}

    def _PutKey(self, key: str, body: bytes) -> dict[str, Any]:
        store = self.store
        if store.conflicts:
            store.conflicts -= 1
            store.version += 1
        if self.headers["if-match"] != self._etag()["ETag"]:
            raise _Refused("ConflictException")
        store.version += 1
        if not store.loses_writes:
            store.path(key).write_text(json.loads(body)["Value"])
        return {**self._size(), **self._etag()}

    def _etag(self) -> dict[str, Any]:
        return {"ETag": f"KV{self.store.version}"}

    def _size(self) -> dict[str, Any]:
        sizes = [path.stat().st_size for path in self.store.folder.iterdir()]
        return {"ItemCount": len(sizes), "TotalSizeInBytes": sum(sizes)}

    def _send(self, status: int, body: dict[str, Any], headers: dict[str, str]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "content-type": "application/json", "content-length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def run_key_value_store(folder: Path) -> Iterator[KeyValueStore]:
    """Run the server. ``folder`` must exist and be empty, or have entries."""
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        store = KeyValueStore(f"http://127.0.0.1:{server.server_port}", folder)
        handler.store = store  # type: ignore[attr-defined] # declared in the base
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield store
        finally:
            server.shutdown()
            thread.join()
