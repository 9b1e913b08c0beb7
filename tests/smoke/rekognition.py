"""Whether Rekognition answers as the analyser and the tests' stand-in expect. A local stack asks the stand-in.

These questions cost less than a cent. Without ``rekognition:Detect*`` they cannot be asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from imagehub.demo.rekognition.service_model import problems, service_model
from tests.assets.analysis.photographs import astronaut
from tests.rekognition_server import OPERATIONS, run_rekognition
from tests.smoke.question import Observation, observed, question
from tests.smoke.stack import REGION
from tests.smoke.visit import Visit

_GUIDE = "https://docs.aws.amazon.com/rekognition/latest/dg"
_API = "https://docs.aws.amazon.com/rekognition/latest/APIReference"
_CONFIG = Config(parameter_validation=False)


@contextmanager
def _client(visit: Visit) -> Iterator[Any]:
    if not visit.stack.is_local:
        yield boto3.client("rekognition", region_name=REGION, config=_CONFIG)
        return
    session = boto3.Session("local", "local", region_name=REGION)
    with run_rekognition() as server:
        yield session.client("rekognition", endpoint_url=server.url, config=_CONFIG)


def _detect(visit: Visit, operation: str, body: bytes) -> dict[str, Any]:
    with _client(visit) as client:
        found: dict[str, Any] = getattr(client, xform_name(operation))(Image={"Bytes": body})
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


def _refusal(visit: Visit, body: bytes) -> str:
    """The code of the error; raises it if the caller may not ask at all."""
    try:
        _detect(visit, "DetectFaces", body)
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
        if "AccessDenied" in code:
            raise
        return code
    return "none"


@question(
    documented="a box has the ratios of the face's left, top, width and height to the picture's sides",
    source=f"{_API}/API_BoundingBox.html",
    otherwise="assets/analysis/rekognition.py: how boxes are read",
)
def rekognition_finds_a_face_where_it_is(visit: Visit) -> Observation:
    """Is the one face of a photograph found, about 35 percent from the left and 12 percent from the top?"""
    boxes = [each["BoundingBox"] for each in _detect(visit, "DetectFaces", astronaut())["FaceDetails"]]
    good = len(boxes) == 1 and 0.28 < boxes[0]["Left"] < 0.42 and 0.05 < boxes[0]["Top"] < 0.2
    return observed(boxes, expected=good)


@question(
    documented="the shapes of the four operations' replies",
    source=f"{_API}/API_Operations.html",
    otherwise="imagehub/demo/rekognition/replies.py: the replies; assets/analysis/rekognition.py: what it reads",
)
def rekognition_keeps_to_its_model(visit: Visit) -> Observation:
    """Have the replies of the four operations the members and the types that botocore's model has?"""
    model, wrong = service_model("rekognition"), []
    for operation, member in OPERATIONS.items():
        reply = _detect(visit, operation, astronaut())
        wrong += problems(reply, model.operation_model(operation).output_shape)
        wrong += [] if member in reply else [f"{operation} has no {member}"]
    return observed(wrong or "all four do", expected=not wrong)


@question(
    documented="pictures must have at least 80 pixels; the error is not named",
    source=f"{_GUIDE}/limits.html",
    otherwise="assets/analysis/rekognition.py: MIN_SIDE; imagehub/demo/rekognition/server.py: the refusal",
    breaks=False,
)
def rekognition_refuses_a_small_picture(visit: Visit) -> Observation:
    """Is a picture of 60 pixels refused, and by which error?"""
    code = _refusal(visit, astronaut((60, 60)))
    return observed(code, expected=code == "InvalidParameterException")


@question(
    documented="a picture in the request may have 5 MB",
    source=f"{_GUIDE}/limits.html",
    otherwise="assets/analysis/picture.py: MAX_BYTES; assets/analysis/rekognition.py: _PICTURE_REFUSED",
    breaks=False,
)
def rekognition_refuses_too_many_bytes(visit: Visit) -> Observation:
    """Which error names a picture of 5,242,881 bytes?"""
    code = _refusal(visit, astronaut().ljust(5_242_881, b"\0"))
    return observed(code, expected=code in ("ValidationException", "ImageTooLargeException"))
