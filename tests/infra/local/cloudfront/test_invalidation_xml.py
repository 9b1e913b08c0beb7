"""The API's XML, read and written."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from infra.local.cloudfront import invalidation_xml as xml
from infra.local.cloudfront.invalidation_batch import ApiError, InvalidationBatch
from infra.local.cloudfront.invalidation_store import StoredInvalidation

BATCH = InvalidationBatch("r1", ("/a", "#tag"))
STORED = StoredInvalidation(BATCH, 1_800_000_000.25, "I1")
BODY = b"""<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
<Paths><Quantity>3</Quantity><Items><Path>/a</Path><Path>#tag</Path></Items></Paths>
<CallerReference>r1</CallerReference></InvalidationBatch>"""


def test_a_batch_is_read_with_the_quantity_that_it_claims() -> None:
    assert xml.parse_batch(BODY) == (BATCH, 3)


@pytest.mark.parametrize(
    ("body", "code"),
    [(b" \n", "MissingBody"), (b"<a", "MalformedXML"), (b"<InvalidationBatch/>", "MalformedXML")],
)
def test_a_body_that_is_not_a_batch_is_an_error(body: bytes, code: str) -> None:
    with pytest.raises(ApiError) as caught:
        xml.parse_batch(body)
    assert (caught.value.status, caught.value.code) == (400, code)


def texts(root: ET.Element) -> list[str]:
    return [element.text for element in root.iter() if element.text]


def test_an_invalidation_contains_its_batch_and_its_progress() -> None:
    assert texts(xml.invalidation(STORED, completed=False)) == [
        "I1",
        "InProgress",
        "2027-01-15T08:00:00.250+00:00",
        "2",
        "/a",
        "#tag",
        "r1",
    ]


def test_a_truncated_list_names_the_next_marker() -> None:
    page = xml.invalidation_list([(STORED, True)], "I0", 1, truncated=True)
    assert [page.findtext(name) for name in ("Marker", "NextMarker", "IsTruncated")] == ["I0", "I1", "true"]
    assert page.findtext("Items/InvalidationSummary/Status") == "Completed"
    assert xml.invalidation_list([(STORED, True)], "", 100, truncated=False).find("NextMarker") is None
