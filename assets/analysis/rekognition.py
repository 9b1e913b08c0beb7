"""Amazon Rekognition looks at pictures: faces, labels, text, and what to moderate. docs/analysis.md"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from itertools import chain
from types import MappingProxyType
from typing import Any

from botocore import xform_name
from botocore.config import Config

from assets import aws
from assets.analysis.analyser import Once, call_always
from assets.analysis.picture import ReducedPicture
from assets.analysis.seen import Fractions, Label, ModerationLabel, Seen, to_faces
from assets.analysis.storable import storable_reply
from assets.conf import config
from assets.errors import PermanentFailure, RetryLater, Unanswered

#: The operations, each with the member that every reply of it has.
OPERATIONS: Mapping[str, str] = MappingProxyType(
    {
        "DetectFaces": "FaceDetails",
        "DetectLabels": "Labels",
        "DetectModerationLabels": "ModerationLabels",
        "DetectText": "TextDetections",
    }
)
#: Rekognition refuses smaller pictures. https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
MIN_SIDE = 80
_PARAMETERS: Mapping[str, dict[str, Any]] = MappingProxyType({"DetectLabels": {"MaxLabels": 50, "MinConfidence": 70}})
#: Three attempts for what passes soon; the job's retries are for what takes longer. A call that fails for good takes
#: less than the minute after which `assets.jobs.sweep` lets another worker look.
#: https://docs.aws.amazon.com/boto3/latest/guide/retries.html#standard-retry-mode
_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
_PICTURE_REFUSED = ("InvalidImageFormatException", "ImageTooLargeException", "ValidationException")
#: What reading members of the wrong types raises, in botocore's parser and here.
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
_WRONG_CREDENTIALS = ("UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException")


class Rekognition:
    """Four calls a picture."""

    def paid_calls(self, picture: ReducedPicture) -> tuple[str, ...]:
        """See `Analyser`."""
        return () if min(picture.width, picture.height) < MIN_SIDE else tuple(OPERATIONS)

    def look(self, picture: ReducedPicture, once: Once = call_always) -> Seen:
        """See `Analyser`."""
        return _read(
            {operation: once(operation, partial(_call, operation, picture)) for operation in self.paid_calls(picture)}
        )


def create() -> Rekognition:
    """See `assets.analysis.analyser`."""
    return Rekognition()


def _read(replies: Mapping[str, Mapping[str, Any]]) -> Seen:
    """What ``replies`` say; of operations without a reply, nothing. Raises `KeyError` and the like if they say none."""
    found = {operation: reply[OPERATIONS[operation]] for operation, reply in replies.items()}
    lines = [each["DetectedText"] for each in found.get("DetectText", ()) if each["Type"] == "LINE"]
    members = chain.from_iterable(reply.items() for reply in replies.values())
    return Seen(
        faces=to_faces(_fractions(face["BoundingBox"]) for face in found.get("DetectFaces", ())),
        labels=_labels(found.get("DetectLabels", ())),
        moderation=_moderation(found.get("DetectModerationLabels", ())),
        text="\n".join(lines),
        models={name: str(version) for name, version in members if name.endswith("Version")},
        reply=dict(replies),
    )


def _fractions(box: Mapping[str, float]) -> Fractions:
    return box["Left"], box["Top"], box["Width"], box["Height"]


def _labels(found: Iterable[Mapping[str, Any]]) -> tuple[Label, ...]:
    return tuple(Label(each["Name"], float(each["Confidence"])) for each in found)


def _moderation(found: Iterable[Mapping[str, Any]]) -> tuple[ModerationLabel, ...]:
    """A label without a confidence or a parent, which the model allows, is kept all the same."""
    return tuple(ModerationLabel(each["Name"], each.get("Confidence"), each.get("ParentName") or "") for each in found)


def _call(operation: str, picture: ReducedPicture) -> dict[str, Any]:
    """The reply, if it can be stored and read: what is kept must not make each later attempt fail."""
    try:
        reply = storable_reply(_send(operation, picture))
        # botocore reads a page of HTML, and JSON of another service, as a reply without members.
        if OPERATIONS[operation] not in reply:
            raise RetryLater(f"Rekognition's reply to {operation} has no {OPERATIONS[operation]}.")
        _read({operation: reply})
    except _UNREADABLE as error:
        text = f"Rekognition's reply to {operation} cannot be read: {type(error).__name__}: {error}"
        raise RetryLater(text) from error
    return reply


def _send(operation: str, picture: ReducedPicture) -> dict[str, Any]:
    with _explained(operation, picture):
        call = getattr(_client(config().analyser_region, config().analyser_endpoint), xform_name(operation))
        reply: dict[str, Any] = call(Image={"Bytes": picture.body}, **_PARAMETERS.get(operation, {}))
    return {name: value for name, value in reply.items() if name != "ResponseMetadata"}


@cache
def _client(region: str, endpoint: str) -> Any:
    return aws.client("rekognition", region=region, endpoint=endpoint or None, config=_CONFIG)


@contextmanager
def _explained(operation: str, picture: ReducedPicture) -> Iterator[None]:
    try:
        with aws.explained("Rekognition", lambda code: _advice(code, operation, picture), _region_advice):
            yield
    except Unanswered as error:
        # Later versions of botocore know more regions, so a region that it does not know may exist and answer.
        if config().analyser_endpoint or config().analyser_region in _regions():
            raise
        raise PermanentFailure(f"{error} {_region_advice()}") from error


def _advice(code: str, operation: str, picture: ReducedPicture) -> str:
    if code in ("AccessDeniedException", "AccessDenied"):
        return f"Allow rekognition:{operation} on * in {config().analyser_region}."
    if code in _WRONG_CREDENTIALS:
        return "Check the AWS credentials and the clock of this machine."
    if code in _PICTURE_REFUSED:
        return f"The JPEG sent has {picture.width} × {picture.height} pixels and {len(picture.body)} bytes."
    return ""


def _region_advice() -> str:
    return f"Check ANALYSER_REGION, which is {config().analyser_region!r}: Rekognition is in {', '.join(_regions())}."


@cache
def _regions() -> tuple[str, ...]:
    """The regions with Rekognition that this botocore knows."""
    session = aws.session()
    partitions = session.get_available_partitions()
    found = (session.get_available_regions("rekognition", partition_name=name) for name in partitions)
    return tuple(sorted(chain.from_iterable(found)))
