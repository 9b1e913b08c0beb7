"""Errors as replies."""

from __future__ import annotations

import pytest

from edge.contract.errors import (
    BadRequest,
    EdgeError,
    Forbidden,
    InternalError,
    ServiceUnavailable,
    SourceRefused,
    shortened,
)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (BadRequest("path_invalid", "…"), 400, "path_invalid"),
        (SourceRefused.unsupported("…"), 415, "source_unsupported"),
        (SourceRefused.damaged("…"), 415, "source_damaged"),
        (SourceRefused.too_large("…"), 415, "source_too_large"),
        (InternalError.unexpected(), 500, "internal"),
        (ServiceUnavailable.storage(), 503, "store_unavailable"),
        (ServiceUnavailable.signing_keys("…"), 503, "signing_keys_unavailable"),
    ],
)
def test_an_error_has_a_status_a_code_and_a_message(error: EdgeError, status: int, code: str) -> None:
    assert error.as_dict() == {"status": status, "code": code, "message": str(error)}


def test_the_message_about_a_parameter_names_it_its_value_and_what_is_allowed() -> None:
    assert BadRequest.parameter("w", "wide", "a number").message == "w=wide is not valid. w must be a number."


def test_a_message_shows_at_most_forty_characters_of_a_visitors_text() -> None:
    assert shortened("x" * 40) == "x" * 40
    assert shortened("x" * 41) == "x" * 40 + "…"


def test_an_error_is_a_500_unless_its_class_says_otherwise() -> None:
    assert EdgeError("internal", "Something went wrong.").status == 500
    assert Forbidden("signature_wrong", "The signature is wrong.").status == 403
