"""What the stand-in answers: the faces that YuNet finds, and labels and text that are the same for every picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any

from assets.face_detector import find_faces

#: The operations, each with the member that every reply of it has.
OPERATIONS: Mapping[str, str] = {
    "DetectFaces": "FaceDetails",
    "DetectLabels": "Labels",
    "DetectModerationLabels": "ModerationLabels",
    "DetectText": "TextDetections",
}


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


#: The status and the code of the error.
REFUSALS: Mapping[Behaviour, tuple[int, str]] = {
    Behaviour.THROTTLED: (400, "ThrottlingException"),
    Behaviour.OVER_QUOTA: (400, "ProvisionedThroughputExceededException"),
    Behaviour.FAILING: (500, "InternalServerError"),
    Behaviour.DENIED: (400, "AccessDeniedException"),
    Behaviour.WRONG_KEY: (400, "UnrecognizedClientException"),
    Behaviour.TOO_LARGE: (400, "ImageTooLargeException"),
    Behaviour.WRONG_FORMAT: (400, "InvalidImageFormatException"),
}


def _faces(picture: bytes, behaviour: Behaviour) -> dict[str, Any]:
    boxes = _boxes(picture)
    if behaviour is Behaviour.NO_FACES:
        boxes = []
    if behaviour is Behaviour.OUTSIDE:
        boxes = [(-0.1, -0.2, 0.4, 0.5), (0.8, 0.7, 0.4, 0.4), (1.2, 0.1, 0.3, 0.3)]
    if behaviour is Behaviour.HALF_A_FACE:
        return {"FaceDetails": [{"BoundingBox": {"Width": 0.5, "Height": 0.5}}]}
    return {"FaceDetails": [{"BoundingBox": _box(box), "Confidence": 99.9} for box in boxes]}


def _boxes(picture: bytes) -> list[tuple[float, ...]]:
    try:
        return [tuple(face["box"]) for face in find_faces(picture)["faces"]]
    except ImportError:  # the extra faces is not installed
        return []


def _labels(_picture: bytes, behaviour: Behaviour) -> dict[str, Any]:
    named = _NAMES.get(behaviour, ["Photography", "Portrait"])
    labels = [{"Name": name, "Confidence": 98.5, "Instances": [], "Parents": []} for name in named]
    return {"Labels": labels, "LabelModelVersion": "3.0"}


def _moderation(_picture: bytes, behaviour: Behaviour) -> dict[str, Any]:
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


def _text(_picture: bytes, behaviour: Behaviour) -> dict[str, Any]:
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
#: What is answered to a picture.
REPLIES: Mapping[str, Callable[[bytes, Behaviour], dict[str, Any]]] = {
    "DetectFaces": _faces,
    "DetectLabels": _labels,
    "DetectModerationLabels": _moderation,
    "DetectText": _text,
}
