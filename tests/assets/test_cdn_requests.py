"""Requests to the CDN: redirects stay on its host, and of a reply's body only our own errors' messages are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assets.cdn_requests import Failure, send_all
from tests.assets.job_support import Answer, Server, configure, serving


@pytest.fixture
def answers() -> dict[str, Answer]:
    """What the CDN answers for each path."""
    return {}


@pytest.fixture
def server(answers: dict[str, Answer], settings: Any, tmp_path: Path) -> Iterator[Server]:
    with serving(lambda handler: answers.get(handler.path, (200, b"image", {}))) as running:
        configure(settings, tmp_path.as_uri(), running.url)
        yield running


def send(url: str) -> Failure | None:
    [result] = send_all([(url, "image/*")])
    return result


def redirect(location: str) -> Answer:
    return 302, b"", {"Location": location}


@pytest.mark.parametrize("location", ["{cdn}/b.jpg?w=1", "/b.jpg?w=1", "b.jpg?w=1"])
def test_a_redirect_on_the_same_host_is_followed(server: Server, answers: dict[str, Answer], location: str) -> None:
    answers["/a.jpg"] = redirect(location.format(cdn=server.url))
    assert send(f"{server.url}/a.jpg") is None
    assert server.asked == [("/a.jpg", "image/*"), ("/b.jpg?w=1", "image/*")]


@pytest.mark.parametrize(
    "location",
    [
        "{other}/latest/meta-data/",
        "//{address}/x",
        "http://cdn@{address}/x",
        "http://{address}\\@{cdn}/x",
        "ftp://{address}/x",
        "file:///etc/passwd",
        "http://[",
    ],
)
def test_a_redirect_to_another_host_is_not_followed(server: Server, answers: dict[str, Answer], location: str) -> None:
    with serving(lambda _: (200, b"secret", {})) as other:
        address, cdn = other.url.removeprefix("http://"), server.url.removeprefix("http://")
        answers["/a.jpg"] = redirect(location.format(other=other.url, address=address, cdn=cdn))
        failure = send(f"{server.url}/a.jpg")
        assert other.asked == []
    assert failure is not None
    assert "secret" not in failure.reason
    assert server.asked == [("/a.jpg", "image/*")]


def test_a_redirect_without_end_is_a_failure(server: Server, answers: dict[str, Answer]) -> None:
    answers["/a.jpg"] = redirect("/a.jpg")
    assert send(f"{server.url}/a.jpg") == Failure(f"{server.url}/a.jpg", 302, "The reply redirects too often.")
    assert len(server.asked) == 4


OURS = {"status": 404, "code": "original_missing", "message": "There is no image a.jpg."}


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (json.dumps(OURS).encode(), {}, "There is no image a.jpg."),
        (json.dumps({**OURS, "message": "a\0b\ud800" + "x" * 500}).encode(), {}, "a b " + "x" * 196),
        (b"\x89PNG\r\n\x1a\n\0\0\0", {"X-Imagehub-Error": "original_missing"}, "original_missing"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", {}, "Not Found"),
        (b"<h1>secret</h1>", {}, "Not Found"),
        (b'{"message": "secret"}', {}, "Not Found"),
        (b'{"status": 404, "message": ["secret"]}', {}, "Not Found"),
        (b"[" * 4096, {}, "Not Found"),
        (json.dumps({**OURS, "more": "x" * 5000}).encode(), {}, "Not Found"),
    ],
    ids=["ours", "unprintable", "fallback image", "image", "page", "other json", "no text", "nested", "long"],
)
def test_a_failure_says_what_our_error_says_and_nothing_else_of_a_body(
    server: Server, answers: dict[str, Answer], body: bytes, headers: dict[str, str], reason: str
) -> None:
    answers["/a.jpg"] = (404, body, headers)
    failure = send(f"{server.url}/a.jpg")
    assert failure is not None
    assert failure.as_dict() == {"url": f"{server.url}/a.jpg", "status": 404, "reason": reason}


def test_an_unknown_status_is_a_failure(server: Server, answers: dict[str, Answer]) -> None:
    answers["/a.jpg"] = (599, b"", {})
    assert send(f"{server.url}/a.jpg") == Failure(f"{server.url}/a.jpg", 599, "unknown status")
