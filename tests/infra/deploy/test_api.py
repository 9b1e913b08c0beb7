"""The HTTP API, created by ministack from infra/api.yaml, calls the packaged gateway. An issuer signs real tokens."""

from __future__ import annotations

import io
import json
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
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
from tests.infra.deploy.issuer import Issuer, running_issuer
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


@contextmanager
def created(account: Aws, function: str, **parameters: str) -> Iterator[str]:
    """The address of an API, without a slash at its end."""
    stack = f"api{uuid.uuid4().hex[:8]}"
    given = {"GatewayFunction": function, "CdnUrl": "https://images.example.com", **parameters}
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


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as running:
        yield running


@pytest.fixture
def api(account: Aws, function: str) -> Iterator[str]:
    with created(account, function) as address:
        yield address


def test_the_api_answers_with_images_and_errors(api: str, ministack: str) -> None:
    assert urlsplit(api).path == "/v1"
    pool = urllib3.connection_from_url(ministack)

    def ask(url: str, method: str = "GET", **headers: str) -> urllib3.BaseHTTPResponse:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return pool.request(method, f"/v1/files{url}", headers={"Host": urlsplit(api).netloc, **named}, redirect=False)

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
    facts = pool.request("GET", "/v1/images/images/photo.jpg", headers={"Host": urlsplit(api).netloc})
    assert facts.status == 404  # without an authorizer there are none


def test_facts_are_for_those_who_have_a_token_of_the_issuer(
    account: Aws, function: str, ministack: str, issuer: Issuer
) -> None:
    pool = urllib3.connection_from_url(ministack)
    parameters = {"Authorizer": "jwt", "JwtIssuer": issuer.url, "JwtAudience": "programs"}
    with created(account, function, **parameters) as api:

        def ask(path: str, token: str = "", method: str = "GET") -> urllib3.BaseHTTPResponse:
            headers = {"Host": urlsplit(api).netloc} | ({"Authorization": f"Bearer {token}"} if token else {})
            return pool.request(method, f"/v1{path}", headers=headers)

        token = issuer.token(aud="programs")
        found = ask("/images/images/photo.jpg", token)
        facts = json.loads(found.data)
        assert (found.status, facts["key"], facts["version"]) == (200, "images/photo.jpg", "00000001")
        # ministack hands no stage variables to functions, so the CDN is unknown here.
        assert (facts["format"], facts["faces"], facts["placeholder"], facts["url"]) == ("jpeg", None, None, None)
        assert ask("/images/caf%C3%A9%20%2B%20100%25.jpg", token).status == 200
        missing = ask("/images/none.jpg", token)
        assert (missing.status, json.loads(missing.data)["code"]) == (404, "original_missing")
        wrong = (
            "",
            "none",
            token[:-9] + "AAAAAAAAA",
            issuer.token(aud="others"),
            issuer.token(aud="programs", iss="https://other.example"),
            issuer.token(aud="programs", exp=int(time.time()) - 1),
        )
        assert {ask("/images/images/photo.jpg", each).status for each in wrong} == {401}
        assert ask("/files/images/photo.jpg?w=300").status == 200  # images need none
        routes = boto3.client("apigatewayv2", region_name="us-east-1")
        (mine,) = (each for each in routes.get_apis()["Items"] if each["ApiEndpoint"].endswith(urlsplit(api).netloc))
        stage = routes.get_stage(ApiId=mine["ApiId"], StageName="$default")
        # With the template's names of the limits, which boto3 does not read.
        assert stage["RouteSettings"].keys() == {f"{method} /v1/images/{{key+}}" for method in ("GET", "HEAD")}
