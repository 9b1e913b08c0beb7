"""One id for a request and all that it causes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from assets.models import BulkPurge, Purge, Warming
from assets.purge import request_purge
from assets.request_id import RequestIdMiddleware, bound, current


def answer(**headers: str) -> tuple[str, str]:
    """The id during the request, and the one that the browser gets."""
    seen = []

    def view(_: HttpRequest) -> HttpResponse:
        seen.append(current())
        return HttpResponse()

    response = RequestIdMiddleware(view)(RequestFactory().get("/", headers=headers))
    return seen[0], response.headers["X-Request-ID"]


def test_a_request_without_an_id_gets_a_new_one_each_time() -> None:
    first, second = answer(), answer()
    assert first[0] == first[1]
    assert re.fullmatch("[0-9a-f]{32}", first[0])
    assert first != second
    assert current() == ""


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Request-ID": "0a1b2c3d-0000"}, "0a1b2c3d-0000"),
        ({"X-Amz-Cf-Id": "SMPvvVVkh6TZXAvFCsw7dJ3cRvB6xZHGw7Z4v7s0L0LYqCW7QPoRFw=="}, None),
        ({"X-Request-ID": "from-a-proxy", "X-Amz-Cf-Id": "from-cloudfront"}, "from-a-proxy"),
        ({"X-Request-ID": "bad id", "X-Amz-Cf-Id": "from-cloudfront"}, "from-cloudfront"),
    ],
)
def test_the_id_of_a_proxy_is_kept(headers: dict[str, str], expected: str | None) -> None:
    assert answer(**headers)[0] == (expected or next(iter(headers.values())))


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "a\nline-of-a-log", "<script>alert", "ümlaut-umlaut"])
def test_what_does_not_look_like_an_id_is_replaced(given: str) -> None:
    seen, sent = answer(**{"X-Request-ID": given})
    assert seen == sent != given


def test_an_inner_id_counts_and_an_empty_one_changes_nothing() -> None:
    with bound("outer-id"):
        with bound("inner-id"):
            assert current() == "inner-id"
        with bound(""):
            assert current() == "outer-id"
    assert current() == ""


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Purge, BulkPurge, Warming])
def test_a_job_keeps_the_id_of_its_request(model: Any) -> None:
    with bound("of-this-request"):
        job = model.objects.create()
    assert model.objects.get(pk=job.pk).request_id == "of-this-request"
    assert model.objects.create().request_id == ""


@pytest.mark.django_db
def test_a_request_that_joins_a_waiting_purge_is_the_one_that_the_purge_names() -> None:
    for each in ("first-request", "second-request"):
        with bound(each):
            purge = request_purge("a.jpg", reason="requested", action="invalidate")
    assert Purge.objects.get().request_id == purge.request_id == "second-request"
