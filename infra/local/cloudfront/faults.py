"""When CloudFront answers itself: a function failed or broke a rule, or the request is not one it takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.cloudfront import log
from infra.local.cloudfront.distribution import Behaviour, Function
from infra.local.cloudfront.header_rules import RuleBrokenError
from infra.local.cloudfront.messages import Request
from infra.local.cloudfront.rules import MAX_URL

#: All that a distribution can be set to take; for others CloudFront answers 405.
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"})


class FaultError(Exception):
    """The reply's ``status``, and what ``X-Cache`` calls it."""

    def __init__(self, status: int, message: str, x_cache: str = "Error") -> None:
        super().__init__(message)
        self.status = status
        self.x_cache = x_cache


@contextmanager
def rules_hold(function: Function) -> Iterator[None]:
    """Turns a broken rule into CloudFront's 502, and a log line that names the rule."""
    try:
        yield
    except RuleBrokenError as error:
        log.function_failed(function.name, str(error))
        raise FaultError(502, "The Lambda function result failed validation.", "LambdaValidationError") from error


def check_request(request: Request, behaviour: Behaviour, has_body: bool) -> None:
    """Raises `FaultError` for what CloudFront refuses before anything runs.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorS3Origin.html
    """
    if len(request.url) > MAX_URL:
        raise FaultError(413, f"The URL has more than {MAX_URL} bytes.")
    if request.method not in _METHODS:
        raise FaultError(405, f"{request.method} is not a method that CloudFront takes.")
    if request.method not in behaviour.methods:
        raise FaultError(403, f"This distribution is not configured to allow {request.method}.")
    if request.method == "GET" and has_body:
        raise FaultError(403, "A GET request must not have a body.")
