"""Requests that CloudFront refuses before any function runs."""

from __future__ import annotations

import pytest

from infra.local.cloudfront.distribution import LambdaFunction
from infra.local.cloudfront.errors import CloudFrontError, broken_rules_are_502
from infra.local.cloudfront.header_rules import RuleBrokenError
from tests.http_client import ask
from tests.infra.local.cloudfront.stub_site import StubSite


def test_refused_requests_get_cloudfronts_status(site: StubSite) -> None:
    assert site.get("/a.txt", "POST").status == 403
    assert site.get("/a.txt", "OPTIONS").status == 403
    assert site.get("/a.txt", "TRACE").status == 405
    assert site.get("/" + "a" * 8192).status == 413
    assert ask(site.cdn.url, "/a.txt", "GET", b"body").status == 403


def test_options_reaches_the_bucket_if_the_behaviour_allows_it(site: StubSite) -> None:
    reply = site.get("/plain/any.txt", "OPTIONS")
    assert reply.status == 403
    assert b"AccessDenied" in reply.body


def test_a_broken_rule_becomes_a_502_and_a_log_line(capsys: pytest.CaptureFixture[str]) -> None:
    function = LambdaFunction("OriginResponse", "a.b", 5, 128)
    with pytest.raises(CloudFrontError) as caught, broken_rules_are_502(function):
        raise RuleBrokenError("the rule", "https://example.org")
    assert (caught.value.status, caught.value.x_cache) == (502, "LambdaValidationError")
    assert 'function=OriginResponse fault="the rule (https://example.org)"' in capsys.readouterr().err
