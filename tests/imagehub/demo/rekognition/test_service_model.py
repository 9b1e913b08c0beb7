"""Each rule of a service's model finds what breaks it, in a request and in a reply."""

from __future__ import annotations

from typing import Any

import pytest

from imagehub.demo.rekognition.service_model import problems, service_model


@pytest.mark.parametrize(
    ("operation", "request_", "problem"),
    [
        ("DetectFaces", {}, "Missing required parameter"),
        ("DetectFaces", {"Image": {"Bytes": 1}}, "Invalid type"),
        ("DetectFaces", {"Image": {"Bytes": b""}}, "must be at least 1, but is 0"),
        ("DetectFaces", {"Image": {"Bytes": bytes(5_242_881)}}, "must be at most 5242880, but is 5242881"),
        ("DetectFaces", {"Image": {"Bytes": b"x"}, "Attributes": ["HAT"]}, "must be one of DEFAULT, ALL"),
        ("DetectFaces", {"Image": {"Bytes": b"x"}, "MaxLabels": 3}, "Unknown parameter"),
        ("DetectLabels", {"Image": {"Bytes": b"x"}, "MinConfidence": 101}, "must be at most 100, but is 101"),
        ("DetectFaces", {"Image": {"S3Object": {"Bucket": "a b c", "Name": "x"}}}, "must match"),
    ],
)
def test_a_request_that_aws_refuses_is_told(operation: str, request_: dict[str, Any], problem: str) -> None:
    shape = service_model("rekognition").operation_model(operation).input_shape
    (found,) = problems(request_, shape)
    assert problem in found


def test_what_the_model_allows_is_no_problem() -> None:
    model = service_model("rekognition")
    request = {"Image": {"Bytes": b"x"}, "MaxLabels": 50, "MinConfidence": 70}
    assert problems(request, model.operation_model("DetectLabels").input_shape) == []
    box = {"Left": -0.2, "Top": 0.9, "Width": 1.4, "Height": 0.5}
    reply = {"FaceDetails": [{"BoundingBox": box, "Confidence": 99.5}]}
    assert problems(reply, model.operation_model("DetectFaces").output_shape) == []


def test_a_reply_that_aws_never_gives_is_told() -> None:
    shape = service_model("rekognition").operation_model("DetectText").output_shape
    (found,) = problems({"TextDetections": [{"DetectedText": "SALE", "Type": "PAGE"}]}, shape)
    assert "must be one of LINE, WORD" in found
