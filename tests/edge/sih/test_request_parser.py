"""Every documented example of that product's URLs has its meaning; no input is more than an error."""

from __future__ import annotations

import json
import time
from base64 import b64encode, urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.sih.errors import SihError
from edge.sih.query import PARAMETERS, parse_query
from edge.sih.request_parser import MAX_PATH, parse_request
from edge.sih.requested_image import RequestedImage
from edge.sih.thumbor_filters import FILTERS
from tests.edge.sih.vectors import BUCKETS, CASES, SihCase

NO_QUERY = parse_query("", strict=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def parse(path: str, query: str = "", *, strict: bool = False) -> RequestedImage:
    return parse_request(path, parse_query(query, strict=strict), BUCKETS, None, strict=strict)


def outcome(case: SihCase, *, strict: bool = False) -> Any:
    try:
        found = case.parse(strict=strict)
    except SihError as error:
        return [error.status, error.code]
    return {
        "key": found.key,
        "bucket": found.bucket,
        "edits": list(found.edits.items()),
        "output_format": found.output_format,
        "headers": dict(found.headers),
    }


def expected(case: SihCase) -> Any:
    if "error" in case.wanted:
        return case.wanted["error"]
    names = ("key", "bucket", "output_format")
    wanted = {name: case.wanted.get(name) for name in names}
    return wanted | {"edits": list(case.wanted["edits"].items()), "headers": case.wanted.get("headers", {})}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.group}: {case.name}")
def test_a_documented_url_asks_for_what_it_says(case: SihCase) -> None:
    assert outcome(case) == expected(case)
    assert outcome(case, strict=True) == case.wanted.get("strict_error", expected(case))


def test_the_vectors_have_every_filter_and_every_parameter() -> None:
    paths = " ".join(case.path for case in CASES)
    assert [name for name in FILTERS if f":{name}(" not in paths] == []
    queries = " ".join(case.query for case in CASES)
    assert [name for name in PARAMETERS if f"{name}=" not in queries] == []


@given(st.text(max_size=300), st.text(max_size=200), st.booleans())
def test_whatever_is_sent_is_a_request_or_an_error(path: str, query: str, strict: bool) -> None:
    try:
        found = parse(path, query, strict=strict)
    except SihError as error:
        assert 400 <= error.status < 500
    else:
        assert found.key


@given(
    st.lists(
        st.sampled_from(["/", "300x200", "fit-in", "filters:", "s3:logos", "1x2:3x4", ":", "a.jpg", *FILTERS])
        | st.builds("{}({})".format, st.sampled_from(sorted(FILTERS)), st.text("0123456789,.;-pfalse ", max_size=12)),
        max_size=24,
    )
)
def test_parts_in_any_order_are_a_request_or_an_error(parts: list[str]) -> None:
    try:
        parse("/" + "".join(parts))
    except SihError as error:
        assert error.status == 400


@given(st.dictionaries(st.sampled_from(["bucket", "key", "edits", "headers", "outputFormat", "effort"]), JSON))
def test_any_json_is_a_request_or_an_error(value: dict[str, Any]) -> None:
    try:
        found = parse("/" + b64encode(json.dumps(value).encode()).decode())
    except SihError as error:
        assert error.code in ("DecodeRequest::CannotDecodeRequest", "ImageEdits::CannotParseEdits")
    else:
        assert (found.key, found.edits) == (value["key"], value.get("edits") or {})


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=3))
def test_both_alphabets_with_and_without_padding_are_the_same(edits: dict[str, int]) -> None:
    document = json.dumps({"key": "?>~.jpg", "edits": edits}, ensure_ascii=False).encode()
    spelled = [each(document).decode() for each in (b64encode, urlsafe_b64encode)]
    found = [parse(f"/{text}") for text in (*spelled, *(text.rstrip("=") for text in spelled))]
    assert all(each == found[0] and each.edits == edits for each in found)


@pytest.mark.parametrize("part", ["filters:", "/300x200", "filters:blur(", ":a(", "s3:", "{", "A", "1x1:1x1/"])
def test_a_long_path_is_answered_at_once(part: str) -> None:
    began = time.process_time()
    for path in ("/" + part * (MAX_PATH // len(part) - 1), "/" + part * (1_000_000 // len(part))):
        with pytest.raises(SihError) as raised:
            parse(path + "/.exe")
        assert raised.value.status == 400
    assert time.process_time() - began < 2
