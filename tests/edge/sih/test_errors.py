"""Errors have that product's statuses, codes and form."""

from __future__ import annotations

import pytest

from edge.sih.errors import SihError


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (SihError.not_decoded("it is no object."), 400, "DecodeRequest::CannotDecodeRequest"),
        (SihError.not_parsed("No."), 400, "ImageEdits::CannotParseEdits"),
        (SihError.query("fit", "square", "cover"), 400, "QueryParameterParsingError"),
        (SihError.request_type("No."), 400, "RequestTypeError"),
        (SihError.bucket("secrets"), 403, "ImageBucket::CannotAccessBucket"),
        (SihError.no_such_key("a.jpg"), 404, "NoSuchKey"),
    ],
)
def test_status_and_code_are_those_of_its_catalogue(error: SihError, status: int, code: str) -> None:
    assert list(error.as_dict()) == ["status", "code", "message"]
    assert (error.as_dict()["status"], error.as_dict()["code"]) == (status, code)


def test_what_is_not_supported_is_named_and_a_visitors_text_is_shortened() -> None:
    assert SihError.unsupported("edit", "recomb").message == "The edit recomb is not supported here."
    assert len(SihError.no_such_key("x" * 9999).message) < 200
