"""What was requested from S3."""

from __future__ import annotations

import pytest

from edge.contract.errors import BadRequest
from edge.contract.variant_key import VariantKey
from edge.rendering.origin_exchange import OriginExchange
from edge.rendering.variant_reply import MAX_BODY


@pytest.mark.parametrize(("status", "found"), [(200, True), (206, True), (304, True), (416, True), (403, False)])
def test_s3_has_what_it_does_not_refuse(status: int, found: bool) -> None:
    assert OriginExchange("/", "GET", status).found is found


def test_a_reply_to_head_holds_no_image() -> None:
    get, head = OriginExchange("/", "GET", 403), OriginExchange("/", "HEAD", 403)
    assert (get.max_body, head.max_body) == (MAX_BODY, 0)
    assert (get.fits(MAX_BODY), get.fits(MAX_BODY + 1), head.fits(MAX_BODY + 1)) == (True, False, True)


def test_the_path_names_a_variant() -> None:
    exchange = OriginExchange("/caf%C3%A9.jpg/0123abcd.89abcdef/w300.avif", "GET", 403)
    assert exchange.variant_key() == VariantKey("café.jpg", "0123abcd", "89abcdef", "w300", "avif")
    with pytest.raises(BadRequest, match="does not name a variant"):
        OriginExchange("/caf%C3%A9.jpg", "GET", 403).variant_key()


def test_a_key_that_is_not_in_nfc_names_an_alias() -> None:
    exchange = OriginExchange("/cafe%CC%81.jpg/0123abcd.89abcdef/w300.avif", "GET", 403)
    assert exchange.variant_key() == VariantKey("café.jpg", "any", "89abcdef", "w300", "avif")
