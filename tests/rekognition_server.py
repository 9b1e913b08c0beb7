"""A Rekognition that speaks AWS's JSON 1.1 over HTTP, for tests and for trying out without AWS.

It finds faces with YuNet, and answers with fixed labels and text. It checks requests and its own replies against
botocore's model of the service, but no signature. Its limits are those of
https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
"""

from __future__ import annotations

import base64
import binascii
import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, UnidentifiedImageError

from assets.face_detector import find_faces
from tests.assets.job_support import Answer, serving
from tests.service_model import problems, service_model

#: The operations, each with the member that every reply of it has.
OPERATIONS: Mapping[str, str] = {
    "DetectFaces": "FaceDetails",
    "DetectLabels": "Labels",
    "DetectModerationLabels": "ModerationLabels",
    "DetectText": "TextDetections",
}
_TARGET = "RekognitionService."
_CONTENT_TYPE = {"Content-Type": "application/x-amz-json-1.1"}


class Behaviour(Enum):
    """What the server does, besides looking at the picture."""

    NORMAL = auto()
    THROTTLED = auto()
    OVER_QUOTA = auto()
    FAILING = auto()
    SLOW = auto()
    DENIED = auto()
    WRONG_KEY = auto()
    TOO_LARGE = auto()
    WRONG_FORMAT = auto()
    NO_FACES = auto()
    OUTSIDE = auto()
    UNKNOWN_LABELS = auto()
    VIOLENT = auto()
    BARE_LABELS = auto()
    UNSTORABLE = auto()
    VERY_MUCH = auto()
    HALF_A_FACE = auto()
    WRONG_TYPES = auto()
    INCOMPLETE = auto()
    NO_JSON = auto()


_REFUSALS: Mapping[Behaviour, tuple[int, str]] = {
    Behaviour.THROTTLED: (400, "ThrottlingException"),
    Behaviour.OVER_QUOTA: (400, "ProvisionedThroughputExceededException"),
    Behaviour.FAILING: (500, "InternalServerError"),
    Behaviour.DENIED: (400, "AccessDeniedException"),
    Behaviour.WRONG_KEY: (400, "UnrecognizedClientException"),
    Behaviour.TOO_LARGE: (400, "ImageTooLargeException"),
    Behaviour.WRONG_FORMAT: (400, "InvalidImageFormatException"),
}


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

    def answer(self, handler: BaseHTTPRequestHandler) -> Answer:
        operation = handler.headers.get("X-Amz-Target", "").removeprefix(_TARGET)
        if operation not in _REPLIES:
            return _refusal(400, "UnknownOperationException", f"There is no operation {operation}.")
        self.asked.append(operation)
        behaviour = self.following.pop(0) if self.following else self.behaviour
        if behaviour is Behaviour.SLOW:
            self.closed.wait(60)
        if behaviour is Behaviour.NO_JSON:
            return 200, b"<html>Please wait", {"Content-Type": "text/html"}
        if behaviour is Behaviour.WRONG_TYPES:
            return 200, json.dumps({OPERATIONS[operation]: 5}).encode(), _CONTENT_TYPE
        if behaviour in _REFUSALS:
            return _refusal(*_REFUSALS[behaviour], "No.")
        return self._looked(operation, handler.body, behaviour)  # type: ignore[attr-defined] # see `serving`

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
        reply = {} if behaviour is Behaviour.INCOMPLETE else _REPLIES[operation](picture, behaviour)
        self.broken += problems(reply, model.output_shape)
        return 200, json.dumps(reply).encode(), _CONTENT_TYPE


@contextmanager
def run_rekognition(behaviour: Behaviour = Behaviour.NORMAL) -> Iterator[StandIn]:
    """A server until the end of the ``with`` block. It must not have answered what AWS would not."""
    stand_in = StandIn(behaviour)
    with serving(stand_in.answer) as server:
        stand_in.url = server.url
        try:
            yield stand_in
        finally:
            stand_in.closed.set()
    assert not stand_in.broken, stand_in.broken


def main(behaviour: str = Behaviour.NORMAL.name) -> None:
    """``python -m tests.rekognition_server [behaviour]``: a server until Ctrl-C, which prints its address."""
    with suppress(KeyboardInterrupt), run_rekognition(Behaviour[behaviour.upper()]) as server:
        print(server.url, flush=True)
        server.closed.wait()


def use(server: StandIn, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Django ask ``server``."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    ours = {"ANALYSER": "rekognition", "ANALYSER_REGION": "eu-west-1", "ANALYSER_ENDPOINT": server.url}
    settings.IMAGEHUB = {**settings.IMAGEHUB, **ours}


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


def _faces(picture: bytes, behaviour: Behaviour) -> dict[str, Any]:
    boxes: list[tuple[float, ...]] = [tuple(face["box"]) for face in find_faces(picture)["faces"]]
    if behaviour is Behaviour.NO_FACES:
        boxes = []
    if behaviour is Behaviour.OUTSIDE:
        boxes = [(-0.1, -0.2, 0.4, 0.5), (0.8, 0.7, 0.4, 0.4), (1.2, 0.1, 0.3, 0.3)]
    if behaviour is Behaviour.HALF_A_FACE:
        return {"FaceDetails": [{"BoundingBox": {"Width": 0.5, "Height": 0.5}}]}
    return {"FaceDetails": [{"BoundingBox": _box(box), "Confidence": 99.9} for box in boxes]}


def _labels(picture: bytes, behaviour: Behaviour) -> dict[str, Any]:
    named = _NAMES.get(behaviour, ["Photography", "Portrait"])
    labels = [{"Name": name, "Confidence": 98.5, "Instances": [], "Parents": []} for name in named]
    return {"Labels": labels, "LabelModelVersion": "3.0"}


def _moderation(picture: bytes, behaviour: Behaviour) -> dict[str, Any]:
    name = "A Category To Come" if behaviour is Behaviour.UNKNOWN_LABELS else "Alcohol"
    labels: list[dict[str, Any]] = [{"Name": name, "ParentName": "", "Confidence": 88.0, "TaxonomyLevel": 1}]
    if behaviour is Behaviour.VIOLENT:
        labels = [
            {"Name": "Weapon Violence", "ParentName": "Graphic Violence", "Confidence": 93.5, "TaxonomyLevel": 3},
            {"Name": "Graphic Violence", "ParentName": "Violence", "Confidence": 93.5, "TaxonomyLevel": 2},
            {"Name": "Violence", "ParentName": "", "Confidence": 93.5, "TaxonomyLevel": 1},
        ]
    if behaviour is Behaviour.BARE_LABELS:  # no member is required
        labels = [{"Name": "Violence"}]
    return {"ModerationLabels": labels, "ModerationModelVersion": "7.0", "ContentTypes": []}


def _text(picture: bytes, behaviour: Behaviour) -> dict[str, Any]:
    line = {"DetectedText": _TEXTS.get(behaviour, "SUMMER SALE"), "Type": "LINE", "Id": 0, "Confidence": 99.0}
    words = [{"DetectedText": word, "Type": "WORD", "Id": 2, "ParentId": 0} for word in ("SUMMER", "SALE")]
    second = {"DetectedText": "NASA", "Type": "LINE", "Id": 1, "Confidence": 97.0}
    return {"TextDetections": [line, second, *words], "TextModelVersion": "3.0"}


def _box(box: tuple[float, ...]) -> dict[str, float]:
    return dict(zip(("Left", "Top", "Width", "Height"), box, strict=True))


_NAMES: Mapping[Behaviour, list[str]] = {
    Behaviour.UNKNOWN_LABELS: ["Quokka Parade"],
    Behaviour.UNSTORABLE: ["Nul\0label", "Half \ud83d"],
    Behaviour.VERY_MUCH: [f"{number} {'long ' * 1000}" for number in range(500)],
}
_TEXTS: Mapping[Behaviour, str] = {
    Behaviour.UNSTORABLE: "NUL\0 AND HALF \udc36",
    Behaviour.VERY_MUCH: "TEXT " * 20_000,
}
_REPLIES = {
    "DetectFaces": _faces,
    "DetectLabels": _labels,
    "DetectModerationLabels": _moderation,
    "DetectText": _text,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
