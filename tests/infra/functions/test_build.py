"""The CloudFront Function, run as it is deployed in Node and in njs: it does what the Python handler does."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge.contract.cache_control import NO_STORE
from edge.contract.errors import EdgeError
from edge.contract.policy import Policy, load_policy
from edge.contract.rewrite import rewrite_url
from infra.functions import build
from tests.infra.functions.differential import differences, outcome
from tests.infra.functions.engines import ENGINES, run_function
from tests.vectors.vectors import NOW, RING, SETS, VectorSet

#: URLs whose replies say the same as the Python handler's, word for word.
SAME_MESSAGES = (
    "/photo.jpg?w=abc", "/photo.jpg?fit=none&w=1&h=1", "/photo.jpg?g=up", "/photo.jpg?q=101", "/photo.jpg?flip=2",
    "/photo.jpg?bg=red", "/photo.jpg?rotate=400", "/photo.jpg?blur=-1", "/photo.jpg?p=A", "/photo.jpg?f=svg",
    "/photo.jpg?v=1", "/photo.jpg?e=x", "/photo.jpg?s=x", "/photo.jpg?size=3", "/photo.jpg?w=300&p=card",
    "/photo.jpg?q=50", "/photo.txt", "/a//b.jpg", "/", "/photo.jpg?size=" + "x" * 50, "/photo.jpg?" + "y" * 50,
)  # fmt: skip


def call(engine: str, policy: Policy, *cases: dict[str, Any], keys: dict[str, Any] | None = None) -> list[Any]:
    """What the function returns for URLs with the path ``/photo.jpg`` unless a case says otherwise."""
    whole = [{"path": "/photo.jpg", "query": "", "accept": "", "now": NOW, **case} for case in cases]
    return run_function(engine, build.build(policy), whole, keys)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SETS)
def test_the_function_does_what_the_vectors_say(name: str, engine: str) -> None:
    vectors = VectorSet.load(name)
    assert differences(vectors, engine)[:3] == []


@pytest.mark.parametrize("engine", ENGINES)
def test_an_error_is_a_reply_that_nobody_keeps(engine: str) -> None:
    [result] = call(engine, load_policy(), {"query": "w=abc"})
    assert result["statusCode"] == 400
    assert {name: each["value"] for name, each in result["headers"].items()} == {
        "content-type": "application/json",
        "cache-control": NO_STORE,
        "x-content-type-options": "nosniff",
        "x-imagehub-error": "parameter_invalid",
    }
    assert result["body"]["encoding"] == "text"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_reply_to_head_has_no_body(engine: str) -> None:
    [result] = call(engine, load_policy(), {"query": "w=abc", "method": "HEAD"})
    assert result["statusCode"] == 400
    assert "body" not in result


@pytest.mark.parametrize("engine", ENGINES)
def test_messages_are_those_of_the_python_handler(engine: str) -> None:
    policy = load_policy()
    parts = [url.partition("?") for url in SAME_MESSAGES]
    results = call(engine, policy, *({"path": path, "query": query} for path, _, query in parts))
    for (path, _, query), result in zip(parts, results, strict=True):
        with pytest.raises(EdgeError) as caught:
            rewrite_url(path, query, "", policy, RING.find, NOW)
        expected = caught.value.as_dict()
        assert json.loads(result["body"]["data"]) == expected | {"message": without_explanation(expected)}


def without_explanation(error: dict[str, Any]) -> str:
    """The function leaves out what follows a semicolon in a list of allowed values."""
    message, explained, _ = str(error["message"]).partition("; 0 leaves")
    return f"{message}." if explained else message


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"current": None},
        {"current": {"id": "k2", "key": "", "created": 0}},
        {"current": {"id": "k2", "key": "00" * 15, "created": 0}},
        {"current": {"id": "k2", "key": "0x" * 16, "created": 0}},
        {"current": {"id": "k2"}},
    ],
    ids=["empty", "no key", "empty secret", "short secret", "not hexadecimal", "no secret"],
)
def test_a_damaged_key_ring_is_a_503(keys: dict[str, Any], engine: str) -> None:
    policy = replace(load_policy(), secret="secretsmanager:x?region=us-east-1")
    [result] = call(engine, policy, {"query": "w=301&s=k2.AAAAAAAAAAAAAAAAAAAAAA"}, keys=keys)
    assert outcome(result, policy) == {"status": 503, "code": "signing_keys_unavailable"}


@pytest.mark.parametrize("name", SETS)
def test_the_function_is_as_small_as_cloudfront_asks(name: str) -> None:
    assert len(build.build(VectorSet.named(name).policy).encode()) <= build.MAX_BYTES


def test_a_function_that_is_too_large_names_the_limit() -> None:
    with pytest.raises(build.FunctionTooLarge, match=r"CloudFront accepts 10240\. Shorten the policy's ladder"):
        build.build(replace(load_policy(), ladder=tuple(range(1, 2000))))


def test_the_command_writes_the_function(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["--out", str(tmp_path)]) == 0
    assert (tmp_path / "viewer-request.js").read_text() == build.build(load_policy())
    assert "of 10,240 bytes" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["{}", "no JSON"])
def test_the_command_refuses_a_wrong_policy(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(text)
    assert build.main(["--out", str(tmp_path), "--policy", str(policy)]) == 1
    assert capsys.readouterr().err
    assert not (tmp_path / "viewer-request.js").exists()


@pytest.mark.parametrize(
    "code",
    ["", "x", "ab" * 5_000, "é" * 5_100, "x" * 4_090 + " " * 100 + "x", ("x" * 4_095 + " ") * 2 + "x" * 1_900],
    ids=["empty", "short", "ascii", "two bytes each", "many spaces at a cut", "spaces at both cuts"],
)
def test_the_parameters_of_the_template_have_the_whole_code(code: str) -> None:
    """CloudFormation may drop white space around a parameter's value."""
    parts = build.function_parameters(code)
    assert list(parts) == ["ViewerRequestCode1", "ViewerRequestCode2", "ViewerRequestCode3"]
    assert "".join(parts.values()) == code
    assert all(len(part.encode()) <= 4_096 and part == part.strip() for part in parts.values())


@pytest.mark.parametrize("name", SETS)
def test_every_policys_function_fits_into_the_parameters(name: str) -> None:
    code = build.build(VectorSet.named(name).policy)
    assert "".join(build.function_parameters(code).values()) == code
