"""One URL, explained: the same image, another one, or an error."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge.contract.url_path import encode_path
from edge.sih import differences
from edge.sih.explanation import UrlOutcome, explain
from edge.sih.settings import SihSettings
from edge.sih.source_buckets import parse_buckets
from tests.edge.sih.vectors import CASES, SihCase

SETTINGS = SihSettings("/", parse_buckets({"photos": "", "logos": "brand/"}))


def test_a_size_is_exact_and_has_one_of_our_own_recipes() -> None:
    found = explain("/fit-in/300x200/beach.jpg", "", SETTINGS)
    assert (found.outcome, found.reasons, found.code) == (UrlOutcome.EXACT, (), "")
    assert (found.key, found.format_class) == ("beach.jpg", "jpeg")
    assert found.edits == {"resize": {"width": 300, "height": 200, "fit": "inside"}}


def test_the_bucket_of_a_url_gives_the_key() -> None:
    assert explain("/s3:logos/a%20b.png", "width=300", SETTINGS).key == "brand/a b.png"


def test_a_difference_is_told() -> None:
    found = explain("/beach.jpg", "", SETTINGS)
    assert (found.outcome, found.reasons) == (UrlOutcome.DIFFERENT, (differences.WITHOUT_EDITS,))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/eyJrZXkiOiAiYS5qcGciLCAiZWRpdHMiOiB7ImFmZmluZSI6IFsxLCAwXX19", "ImageEdits::NotSupported"),
        ("/eyJrZXkiOiJhLmpwZyIsImJ1Y2tldCI6Im90aGVyIn0=", "ImageBucket::CannotAccessBucket"),
        ("/0x999999/beach.jpg", "InvalidResizeException"),
        ("/a/../beach.jpg", "NoSuchKey"),
        ("/beach%", "RequestTypeError"),
    ],
)
def test_an_error_is_told_with_its_code(path: str, code: str) -> None:
    found = explain(path, "", SETTINGS)
    assert (found.outcome, found.code, found.key) == (UrlOutcome.REFUSED, code, "")
    assert found.reasons


def test_the_path_of_the_entry_is_no_part_of_the_image() -> None:
    below = replace(SETTINGS, path="/image-handler")
    assert explain("/image-handler/300x200/beach.jpg", "", below).key == "beach.jpg"


def test_the_browser_decides_where_the_site_lets_it() -> None:
    auto = replace(SETTINGS, auto=("avif", "webp"))
    assert explain("/300x200/beach.jpg", "", auto, "image/avif,image/webp").format_class == "avif"
    assert explain("/300x200/beach.jpg", "", auto).format_class == "jpeg"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_vector_is_explained(case: SihCase) -> None:
    found = explain(encode_path(case.path), case.query, SETTINGS)
    if "error" in case.wanted:
        assert found.outcome == UrlOutcome.REFUSED
    assert bool(found.key) == (not found.code)
