"""What the stand-in answers keeps to botocore's model of Rekognition, whatever it is told to do."""

from __future__ import annotations

import pytest

from assets.face_detector import find_faces
from imagehub.demo.rekognition import replies
from imagehub.demo.rekognition.replies import OPERATIONS, REPLIES, Behaviour
from imagehub.demo.rekognition.service_model import problems, service_model
from tests.assets.analysis.photographs import astronaut


@pytest.mark.parametrize("behaviour", Behaviour)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_reply_is_one_that_aws_could_give(operation: str, behaviour: Behaviour) -> None:
    reply = REPLIES[operation](astronaut(), behaviour)
    assert OPERATIONS[operation] in reply
    assert problems(reply, service_model("rekognition").operation_model(operation).output_shape) == []


def test_faces_are_those_of_the_picture() -> None:
    (face,) = REPLIES["DetectFaces"](astronaut(), Behaviour.NORMAL)["FaceDetails"]
    (found,) = find_faces(astronaut())["faces"]
    assert list(face["BoundingBox"].values()) == found["box"]


def test_without_the_extra_there_are_no_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_picture: bytes) -> None:
        raise ImportError("cv2")

    monkeypatch.setattr(replies, "find_faces", missing)
    assert REPLIES["DetectFaces"](astronaut(), Behaviour.NORMAL) == {"FaceDetails": []}
