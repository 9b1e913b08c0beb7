"""A CloudFront Function and an origin group, through one edge location."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.infra.functions.engines import command
from tests.infra.local.cloudfront.stub_site import REGIONAL, StubSite, stub_cloudfront


@pytest.fixture(scope="module")
def regional(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StubSite]:
    command("njs")
    folder = tmp_path_factory.mktemp("regional")
    (folder / "keys.json").write_text("the entry")
    with stub_cloudfront(folder, f"--signing-keys={folder / 'keys.json'}", template=REGIONAL) as cdn:
        yield StubSite(cdn, folder / "objects")


def test_the_function_rewrites_the_request_and_its_headers_reach_the_origin(regional: StubSite) -> None:
    reply = regional.get("/old/a%20b.txt?x=1")
    seen = json.loads(reply.body)
    assert seen["path"] == "/a%20b.txt"
    assert seen["headers"]["x-forwarded"] == "by the function"
    assert seen["headers"]["x-origin"] == "url"
    assert (reply.status, reply.x_cache) == (200, "Miss")
    assert regional.get("/old/a%20b.txt?x=1").x_cache == "Hit"


def test_the_function_sees_the_raw_query(regional: StubSite) -> None:
    assert regional.get("/raw?a=%2F&b&a=2").body == b"a=%2F&b&a=2"
    assert regional.get("/raw").body == b"none"


def test_the_functions_reply_and_its_key_value_store(regional: StubSite) -> None:
    reply = regional.get("/key")
    assert (reply.status, reply.body, reply.x_cache) == (200, b"the entry", "FunctionGeneratedResponse")


@pytest.mark.parametrize(
    ("target", "status", "x_cache"),
    [("/raise", 503, "FunctionExecutionError"), ("/wrong", 502, "FunctionValidationError")],
)
def test_a_function_that_fails_is_cloudfronts_error(regional: StubSite, target: str, status: int, x_cache: str) -> None:
    reply = regional.get(target)
    assert (reply.status, reply.x_cache) == (status, x_cache)
    assert "function=Function fault=" in regional.cdn.log
    assert regional.get("/raw").status == 200


def test_the_second_origin_is_asked_only_if_the_first_has_nothing(regional: StubSite) -> None:
    regional.put("stored.txt", b"stored")
    assert regional.get("/stored.txt").body == b"stored"
    assert regional.calls("/stored.txt") == []
    assert b"missing.txt" in regional.get("/missing.txt").body
    assert regional.calls("/missing.txt") == ["GET gateway -"]


def test_head_and_ranges_reach_the_second_origin(regional: StubSite) -> None:
    assert regional.get("/head.txt", "HEAD").status == 200
    assert regional.calls("/head.txt") == ["HEAD gateway -"]
    whole = regional.get("/range.txt", range="bytes=0-3")
    assert (whole.status, json.loads(whole.body)["headers"]["range"]) == (200, "bytes=0-3")
    assert regional.get("/range.txt", range="bytes=0-3").status == 206


def test_what_the_gateway_cannot_answer_is_a_502_that_is_not_kept(regional: StubSite) -> None:
    for fault in ("raise", "nothing", "large"):
        reply = regional.get(f"/{fault}.txt?gateway={fault}")
        assert (reply.status, reply.body) == (502, b'{"Message":"Internal Server Error"}')
    assert regional.get("/binary?gateway=base64").body == b"\xff\x00"


def test_environment_variables_are_those_of_the_template_except_for_the_store(regional: StubSite) -> None:
    assert json.loads(regional.get("/env.txt").body)["greeting"] == "hello"
    assert (regional.objects / "calls.txt").exists()
