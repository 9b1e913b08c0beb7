"""Errors of ours in that product's form. Whole replies are tested with the entry."""

from __future__ import annotations

import json

import pytest

from edge.contract.errors import BadRequest, EdgeError, InternalError, NotFound, ServiceUnavailable, SourceRefused
from edge.contract.reply import FallbackImage
from edge.sih.errors import SihError
from edge.sih.replies import as_sih_error, cors_headers, error_reply


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound("original_missing", ""), 404, "NoSuchKey"),
        (NotFound("image_withheld", ""), 404, "NoSuchKey"),
        (SourceRefused.damaged("It is damaged."), 400, "InstantiationError"),
        (SourceRefused.unsupported("It is text."), 400, "InstantiationError"),
        (SourceRefused.too_large("It is large."), 400, "InstantiationError"),
        (BadRequest("area_out_of_bounds", "No."), 400, "Crop::AreaOutOfBounds"),
        (BadRequest("parameter_invalid", "w=99999 is too large."), 400, "InvalidResizeException"),
        (ServiceUnavailable.storage(), 500, "ImageRetrieval::CannotRetrieveImage"),
        (InternalError.unexpected(), 500, "InternalError"),
        (ServiceUnavailable("rendering_off", "Later."), 503, "rendering_off"),
    ],
)
def test_our_errors_have_its_statuses_and_codes(error: EdgeError, status: int, code: str) -> None:
    found = as_sih_error(error, "a.jpg")
    assert (found.status, found.code) == (status, code)
    assert found.message == (error.message if status != 404 else SihError.no_such_key("a.jpg").message)


def test_an_error_is_json_or_an_image_with_the_same_status() -> None:
    error = SihError.no_such_key("a.jpg")
    reply = error_reply(error, "GET", tags="ih-1")
    assert json.loads(str(reply.body)) == error.as_dict()
    assert (reply.status, reply.headers["Cache-Control"], reply.headers["x-amz-meta-cache-tag"]) == (
        404,
        "max-age=10",
        "ih-1",
    )
    image = error_reply(error, "GET", FallbackImage(b"image", "image/png"))
    assert (image.status, image.body, image.headers["Content-Type"]) == (404, b"image", "image/png")
    assert error_reply(error, "HEAD", FallbackImage(b"image", "image/png")).body is None


def test_without_an_origin_no_page_may_read_the_images() -> None:
    assert "Access-Control-Allow-Origin" not in cors_headers("")
    assert cors_headers("*")["Access-Control-Allow-Origin"] == "*"
    assert cors_headers("")["Access-Control-Allow-Methods"] == "GET"
