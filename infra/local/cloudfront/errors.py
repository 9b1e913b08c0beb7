"""Errors that CloudFront answers itself: a function failed or broke a rule, or the request is not allowed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.cloudfront import log
from infra.local.cloudfront.distribution import CacheBehaviour, CloudFrontFunction, ViewerFunction
from infra.local.cloudfront.header_rules import RuleBrokenError
from infra.local.cloudfront.messages import MAX_URL, HttpRequest

#: The methods that a distribution can be configured to allow; CloudFront answers any other with a 405.
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"})


class CloudFrontError(Exception):
    """An error page with this ``status``; ``x_cache`` is what ``X-Cache`` calls it."""

    def __init__(self, status: int, message: str, x_cache: str = "Error") -> None:
        super().__init__(message)
        self.status = status
        self.x_cache = x_cache


@contextmanager
def broken_rules_are_502(function: ViewerFunction) -> Iterator[None]:
    """Turn a `RuleBrokenError` into CloudFront's 502, and log the rule."""
    try:
        yield
    except RuleBrokenError as error:
        log.function_failed(function.name, str(error))
        kind, what = _kind(function)
        raise CloudFrontError(502, f"The {what} result failed validation.", f"{kind}ValidationError") from error


def failed(function: ViewerFunction) -> CloudFrontError:
    """The error for a function that raised, timed out or died."""
    kind, what = _kind(function)
    return CloudFrontError(503, f"The {what} returned an error.", f"{kind}ExecutionError")


def _kind(function: ViewerFunction) -> tuple[str, str]:
    """How ``X-Cache`` and the error page name the function."""
    return (
        ("Function", "CloudFront function")
        if isinstance(function, CloudFrontFunction)
        else ("Lambda", "Lambda function")
    )


def check_request(request: HttpRequest, behaviour: CacheBehaviour, has_body: bool) -> None:
    """Raise `CloudFrontError` for a request that CloudFront refuses before any function runs.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorS3Origin.html
    """
    if len(request.url) > MAX_URL:
        raise CloudFrontError(413, f"The URL has {len(request.url)} bytes; at most {MAX_URL} are allowed.")
    if request.method not in _METHODS:
        raise CloudFrontError(405, f"CloudFront does not support the method {request.method}.")
    if request.method not in behaviour.methods:
        raise CloudFrontError(403, f"This distribution is not configured to allow {request.method}.")
    if request.method == "GET" and has_body:
        raise CloudFrontError(403, "A GET request must not have a body.")
