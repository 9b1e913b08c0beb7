"""The HTTP API, created by ministack from infra/api.yaml, calls the packaged gateway. Its authorizers are not tried."""

from __future__ import annotations

import io
import json
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
import urllib3
from PIL import Image

from edge.storage.objects.location import open_store
from infra.deploy.aws import Aws
from infra.package import GATEWAY, build
from infra.wheel_download import PackageError
from tests.edge.originals import OLD, jpeg
from tests.machine import ROOT


@pytest.fixture
def function(account: Aws, tmp_path: Path) -> str:
    """The gateway's name, with an image in its store."""
    store = tmp_path / "store"
    store.mkdir()
    image = jpeg("red", (640, 480))
    for key in ("images/photo.jpg", "caf\u00e9 + 100%.jpg"):
        open_store(store.as_uri()).put(f"originals/{key}", image, content_type="image/jpeg", metadata=OLD.as_metadata())
    version = f"{sys.version_info.major}.{sys.version_info.minor}"  # ministack runs the function with its own Python
    try:
        package = build(GATEWAY, tmp_path, version=version)
    except PackageError as error:
        if str(error).startswith("Cannot download"):
            pytest.skip(f"Pillow's wheel for Lambda cannot be downloaded, so the API is NOT tested: {error}")
        raise
    name = f"gateway-{uuid.uuid4().hex[:8]}"
    boto3.client("lambda", region_name="us-east-1").create_function(
        FunctionName=name,
        Runtime=f"python{version}",
        Role="arn:aws:iam::000000000000:role/gateway",
        Handler="edge.gateway.handler",
        Code={"ZipFile": package.path.read_bytes()},
        Timeout=30,
        Environment={"Variables": {"IMAGEHUB_STORE": store.as_uri()}},
    )
    return name


@pytest.fixture
def api(account: Aws, function: str) -> Iterator[str]:
    """The API's address, without a slash at its end."""
    stack = f"api{uuid.uuid4().hex[:8]}"
    given = {"GatewayFunction": function, "CdnUrl": "https://images.example.com"}
    account.cloudformation.create_stack(
        StackName=stack,
        TemplateBody=(ROOT / "infra/api.yaml").read_text(),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    account.cloudformation.get_waiter("stack_create_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    (found,) = account.cloudformation.describe_stacks(StackName=stack)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}
    yield outputs["Url"].rstrip("/")
    account.cloudformation.delete_stack(StackName=stack)


def test_the_api_answers_with_images_and_errors(api: str, ministack: str) -> None:
    assert urlsplit(api).path == "/v1"
    pool = urllib3.connection_from_url(ministack)

    def ask(url: str, method: str = "GET", **headers: str) -> urllib3.BaseHTTPResponse:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return pool.request(method, f"/v1{url}", headers={"Host": urlsplit(api).netloc, **named}, redirect=False)

    found = ask("/images/photo.jpg?w=300&h=300", accept="image/webp,*/*")
    image = Image.open(io.BytesIO(found.data))
    assert (found.status, found.headers["Content-Type"], image.size) == (200, "image/webp", (300, 300))
    assert image.convert("RGB").getpixel((150, 150))[0] > 240  # type: ignore[index]
    assert found.headers["Vary"] == "Accept"
    kept = ask("/images/photo.jpg?w=300&h=300&v=00000001", accept="image/webp", if_none_match=found.headers["ETag"])
    assert (kept.status, kept.data) == (304, b"")
    assert ask("/caf%C3%A9%20%2B%20100%25.jpg?w=300").status == 200
    assert ask("/images/photo.jpg", "HEAD").status == 200
    for url, status, code in (
        ("/images/photo.jpg?w=wide", 400, "parameter_invalid"),
        ("/images/photo.jpg?blur=1", 403, "signature_missing"),
        ("/images/none.jpg?w=300", 404, "original_missing"),
    ):
        reply = ask(url)
        assert (reply.status, json.loads(reply.data)["code"]) == (status, code)
    assert ask("/images/photo.jpg", "POST").status == 404  # no route, so the gateway is not called
