"""A server that speaks Rekognition's JSON 1.1 over HTTP.

It checks requests and its own replies against botocore's model of the service, but no signature. Its limits are those
of https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from imagehub.demo.rekognition.replies import OPERATIONS, REFUSALS, REPLIES, Behaviour
from imagehub.demo.rekognition.service_model import problems, service_model

log = logging.getLogger(__name__)

#: Status, body and headers.
Answer = tuple[int, bytes, Mapping[str, str]]

_TARGET = "RekognitionService."
_CONTENT_TYPE = {"Content-Type": "application/x-amz-json-1.1"}


@dataclass
class StandIn:
    """A running server. ``asked`` are the operations in turn, ``broken`` its own replies that break the model."""

    behaviour: Behaviour = Behaviour.NORMAL
    #: Of the next calls, before `behaviour` counts again.
    following: list[Behaviour] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    url: str = ""
    closed: threading.Event = field(default_factory=threading.Event)

    def answer(self, target: str, body: bytes) -> Answer:
        """The reply to a request with that ``X-Amz-Target``."""
        operation = target.removeprefix(_TARGET)
        if operation not in REPLIES:
            return _refusal(400, "UnknownOperationException", f"There is no operation {operation}.")
        self.asked.append(operation)
        behaviour = self.following.pop(0) if self.following else self.behaviour
        if behaviour is Behaviour.SLOW:
            self.closed.wait(60)
        if behaviour is Behaviour.NO_JSON:
            return 200, b"<html>Please wait", {"Content-Type": "text/html"}
        if behaviour is Behaviour.WRONG_TYPES:
            return 200, json.dumps({OPERATIONS[operation]: 5}).encode(), _CONTENT_TYPE
        if behaviour in REFUSALS:
            return _refusal(*REFUSALS[behaviour], "No.")
        return self._looked(operation, body, behaviour)

    def _looked(self, operation: str, body: bytes, behaviour: Behaviour) -> Answer:
        model = service_model("rekognition").operation_model(operation)
        try:
            request = _parse(body)
        except (ValueError, binascii.Error) as error:
            return _refusal(400, "SerializationException", str(error))
        if found := problems(request, model.input_shape):
            return _refusal(400, "ValidationException", f"1 validation error detected: {found[0]}")
        picture = request["Image"].get("Bytes", b"")
        if refusal := _refused_picture(picture):
            return refusal
        reply = {} if behaviour is Behaviour.INCOMPLETE else REPLIES[operation](picture, behaviour)
        if found := problems(reply, model.output_shape):
            self.broken += found
            log.error("This reply breaks botocore's model of Rekognition: %s", found[0])
        return 200, json.dumps(reply).encode(), _CONTENT_TYPE


@contextmanager
def serving(behaviour: Behaviour = Behaviour.NORMAL) -> Iterator[StandIn]:
    """A server on this machine until the end of the ``with`` block."""
    stand_in = StandIn(behaviour)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(stand_in)) as http:
        stand_in.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield stand_in
        finally:
            stand_in.closed.set()
            http.shutdown()
            thread.join()


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, answer, headers = stand_in.answer(self.headers.get("X-Amz-Target", ""), body)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Nothing on stderr."""

    return Handler


def _parse(body: bytes) -> dict[str, Any]:
    request: dict[str, Any] = json.loads(body)
    image = request.get("Image")
    if isinstance(image, dict) and isinstance(image.get("Bytes"), str):
        image["Bytes"] = base64.b64decode(image["Bytes"], validate=True)
    return request


def _refused_picture(body: bytes) -> Answer | None:
    try:
        with Image.open(BytesIO(body), formats=("JPEG", "PNG")) as picture:
            picture.load()
    except (UnidentifiedImageError, OSError):
        return _refusal(400, "InvalidImageFormatException", "Request has invalid image format")
    if min(picture.size) < 80:
        return _refusal(400, "InvalidParameterException", "Request has invalid parameters")
    if max(picture.size) > 10_000:
        return _refusal(400, "ImageTooLargeException", "Image dimensions are too large")
    return None


def _refusal(status: int, code: str, message: str) -> Answer:
    """https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization"""
    return status, json.dumps({"__type": code, "message": message}).encode(), _CONTENT_TYPE
