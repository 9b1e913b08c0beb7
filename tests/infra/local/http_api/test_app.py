"""What API Gateway does before and after the function, without the function."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from infra.local.cloudfront.function_runner import ExecutionError
from infra.local.http_api.api import HttpApi, read_api
from infra.local.http_api.app import HttpApiApp
from infra.local.http_api.process import TEMPLATE
from infra.local.http_api.web_token import issue
from tests.infra.local.http_api.test_api import GIVEN, JWT

SECRET = b"s" * 32


class Function:
    """Replies what it was asked, or fails."""

    def __init__(self, result: Any = None) -> None:
        self.result, self.events = result, 0

    async def start(self) -> None: ...
    async def close(self) -> None: ...

    async def invoke(self, event: Any) -> Any:
        self.events += 1
        if isinstance(self.result, Exception):
            raise self.result
        return self.result or {"statusCode": 200, "headers": {"X-A": "b"}, "body": event["rawPath"]}


def api(**parameters: Any) -> HttpApi:
    return read_api(TEMPLATE, GIVEN | JWT | parameters)


def ask(app: HttpApiApp, url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    path, _, query = url.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
    }
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("a body was read")

    asyncio.run(app(scope, receive, send))
    names = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], names, sent[1]["body"]


def test_the_functions_reply_is_passed_on() -> None:
    status, headers, body = ask(HttpApiApp(api(), SECRET, Function()), "/v1/files/a%20b.jpg?w=1")
    assert (status, headers["x-a"], body) == (200, "b", b"/v1/files/a b.jpg")


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", ""])
def test_a_good_token_opens_facts(scheme: str) -> None:
    made = api()
    token = issue(made.routes[2].tokens, SECRET, 60)  # type: ignore[arg-type]
    assert ask(HttpApiApp(made, SECRET, Function()), "/v1/images/a.jpg", authorization=scheme + token)[0] == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer " + "a" * 9000])
def test_without_one_the_function_is_not_called(header: str) -> None:
    function = Function()
    status, headers, body = ask(HttpApiApp(api(), SECRET, function), "/v1/images/a.jpg", authorization=header)
    assert (status, headers["www-authenticate"], json.loads(body)) == (401, "Bearer", {"message": "Unauthorized"})
    assert function.events == 0


@pytest.mark.parametrize(
    ("url", "method", "status"),
    [("/", "GET", 404), ("/v1/files/a.jpg", "POST", 404), ("/v1/files/" + "a" * 11_000, "GET", 414)],
)
def test_what_has_no_route_is_refused(url: str, method: str, status: int) -> None:
    function = Function()
    found, headers, body = ask(HttpApiApp(api(), SECRET, function), url, method)
    assert (found, headers["content-type"], function.events) == (status, "application/json", 0)
    assert list(json.loads(body)) == ["message"]


def test_more_than_the_limit_is_a_429_on_that_route_only() -> None:
    made = api(RequestsPerSecond=1, Burst=2)
    app = HttpApiApp(made, SECRET, Function())
    statuses = [ask(app, "/v1/files/a.jpg")[0] for _ in range(4)]
    assert statuses.count(200) >= 2
    assert statuses[-1] == 429
    assert ask(app, "/v1/images/a.jpg")[0] == 401


def test_a_function_that_fails_is_a_500(capsys: pytest.CaptureFixture[str]) -> None:
    for result in (ExecutionError("it died"), {"statusCode": "200"}, "text"):
        status, _, body = ask(HttpApiApp(api(), SECRET, Function(result)), "/v1/files/a.jpg")
        assert (status, json.loads(body)) == (500, {"message": "Internal Server Error"})
    assert "it died" in capsys.readouterr().err
