"""The stand-in for Rekognition refuses what Rekognition refuses, with AWS's own client."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from PIL import Image

from tests.machine import ROOT
from tests.rekognition_server import StandIn, run_rekognition


@pytest.fixture
def server() -> Iterator[StandIn]:
    with run_rekognition() as running:
        yield running


def detect(server: StandIn, body: bytes, **more: Any) -> Any:
    session = boto3.Session("AKID", "secret", region_name="eu-west-1")
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    client = session.client("rekognition", endpoint_url=server.url, config=config)
    return client.detect_faces(Image={"Bytes": body}, **more)


def refusal(server: StandIn, body: bytes, **more: Any) -> str:
    with pytest.raises(ClientError) as caught:
        detect(server, body, **more)
    return str(caught.value.response["Error"]["Code"])


def picture(size: tuple[int, int], format_: str = "PNG") -> bytes:
    output = BytesIO()
    Image.new("RGB", size).save(output, format_)
    return output.getvalue()


def test_a_png_may_be_sent(server: StandIn) -> None:
    assert detect(server, picture((80, 80)))["FaceDetails"] == []


def test_pictures_that_rekognition_cannot_use_are_refused(server: StandIn) -> None:
    assert refusal(server, picture((100, 100), "WEBP")) == "InvalidImageFormatException"
    assert refusal(server, b"no picture") == "InvalidImageFormatException"
    assert refusal(server, picture((79, 100))) == "InvalidParameterException"
    assert refusal(server, picture((10_001, 80))) == "ImageTooLargeException"
    assert refusal(server, bytes(5_242_881)) == "ValidationException"
    assert refusal(server, b"") == "ValidationException"


def test_a_request_that_breaks_the_model_is_refused(server: StandIn) -> None:
    assert refusal(server, picture((80, 80)), Attributes=["HAT"]) == "ValidationException"


def test_an_operation_that_is_none_of_the_four_is_unknown(server: StandIn) -> None:
    client = boto3.Session("AKID", "secret", region_name="eu-west-1").client("rekognition", endpoint_url=server.url)
    with pytest.raises(ClientError, match="UnknownOperationException"):
        client.list_collections()


def test_a_reply_that_breaks_the_model_fails_the_test_that_used_it() -> None:
    with pytest.raises(AssertionError, match="PAGE"), run_rekognition() as server:
        server.broken.append("Type must be one of LINE, WORD, but is PAGE.")


def test_it_runs_by_itself_until_ctrl_c() -> None:
    command = [sys.executable, "-m", "imagehub.demo.rekognition", "no_faces"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert detect(StandIn(url=url), picture((80, 80)))["FaceDetails"] == []
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0
