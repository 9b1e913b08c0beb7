"""Handlers by their dotted name, and Lambda's context object."""

from __future__ import annotations

import pytest

from infra.local.cloudfront.distribution import LambdaFunction
from infra.local.cloudfront.handlers import HandlerMissingError, LambdaContext, find_handler
from tests.infra.local.cloudfront import stub_handlers


def function(handler: str) -> LambdaFunction:
    return LambdaFunction("ViewerRequest", handler, 5, 128)


def test_a_handler_is_found_by_its_dotted_name() -> None:
    assert find_handler(function(f"{stub_handlers.__name__}.viewer_request")) is stub_handlers.viewer_request


@pytest.mark.parametrize("name", ["nothing.handler", f"{stub_handlers.__name__}.nothing", "handler"])
def test_a_missing_handler_is_named_in_the_error(name: str) -> None:
    with pytest.raises(HandlerMissingError, match=f"ViewerRequest: cannot import {name}"):
        find_handler(function(name))


def test_the_context_counts_down_the_time_that_is_left() -> None:
    context = LambdaContext.of(function("a.b"))
    assert 0 < context.get_remaining_time_in_millis() <= 5000
    assert (context.function_name, context.memory_limit_in_mb) == ("ViewerRequest", 128)
    assert LambdaContext("f", 128, deadline=0).get_remaining_time_in_millis() == 0
