"""Counting what becomes of the URLs in access logs."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest

from assets.access_log import LoggedPath, LoggedRequest
from assets.models import Asset
from assets.sih_report import NO_IMAGE, count, read_settings
from edge.sih.explanation import UrlOutcome

SETTINGS = read_settings({}, '{"photos": "", "archive": "file:///nowhere"}')
EXACT, DIFFERENT, REFUSED = UrlOutcome


def logged(path: str, query: str = "", status: int = 200, size: int = 1000) -> LoggedRequest:
    return LoggedRequest(LoggedPath(path, query), status, size)


def test_requests_and_bytes_are_counted_by_outcome_and_reason() -> None:
    report = count(
        [
            logged("/300x200/a.jpg"),
            logged("/300x200/a.jpg", status=304, size=0),
            logged("/200x200/a.jpg", size=500),
            logged(_json_path("affine")),
            logged(_json_path("affine", "b.jpg")),
            logged("/a.jpg"),
        ],
        SETTINGS,
        images=False,
    )
    assert [(report.total(each).requests, report.total(each).bytes) for each in UrlOutcome] == [
        (3, 1500),
        (1, 1000),
        (2, 2000),
    ]
    [(reasons, tally)] = report.by_requests(REFUSED)
    assert reasons == ("The edit affine is not supported here.",)
    assert tally.examples == [_json_path("affine"), _json_path("affine", "b.jpg")]


def test_what_got_no_image_there_is_counted_and_not_explained() -> None:
    report = count([logged("/a.jpg", status=404), logged("/b.exe", status=500)], SETTINGS, images=False)
    assert (report.other.requests, report.shown.requests) == (2, 0)
    assert all(report.total(each).requests == 0 for each in UrlOutcome)


def test_errors_whose_messages_name_values_are_counted_by_their_code() -> None:
    report = count([logged(f"/a{number}.exe{number}") for number in range(9)], SETTINGS, images=False)
    [(reasons, tally)] = report.by_requests(REFUSED)
    assert (reasons, tally.requests, len(tally.examples)) == (("RequestTypeError",), 9, 3)


def test_reasons_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.sih_report._MAX_REASONS", 2)
    edits = ("affine", "clahe", "recomb", "heif")
    report = count([logged(_json_path(edit)) for edit in edits], SETTINGS, images=False)
    assert report.total(REFUSED).requests == len(edits)
    assert len(list(report.by_requests(REFUSED))) <= 3


def test_a_report_can_be_written_as_json() -> None:
    found = count([logged("/300x200/a.jpg", "rotate=180")], SETTINGS, images=False).as_dict()
    assert found["exact"] == [{"reasons": [], "requests": 1, "bytes": 1000, "examples": ["/300x200/a.jpg?rotate=180"]}]
    assert (found["different"], found["refused"], found["other"]["requests"]) == ([], [], 0)


@pytest.mark.django_db
def test_images_that_are_not_here_are_refused_if_they_are_looked_up() -> None:
    Asset._base_manager.bulk_create([Asset(key="a.jpg", original="a.jpg", version="1f2e3d4c")])
    requests = [logged("/300x200/a.jpg"), logged("/300x200/b.jpg"), logged("/300x200/s3:archive/c.jpg")]
    report = count(requests, SETTINGS, images=True)
    assert (report.total(EXACT).requests, report.total(DIFFERENT).requests) == (2, 0)
    assert [reasons for reasons, _ in report.by_requests(REFUSED)] == [(NO_IMAGE,)]


def test_settings_are_those_of_the_gateway() -> None:
    names = {"IMAGEHUB_SIH": '{"path": "/image-handler", "buckets": {"photos": ""}}'}
    assert read_settings(names, "").path == "/image-handler"
    assert list(read_settings(names, '{"other": ""}').buckets) == ["other"]
    with pytest.raises(ValueError, match="IMAGEHUB_SIH: buckets"):
        read_settings({}, "")
    with pytest.raises(ValueError, match="IMAGEHUB_SIH: buckets"):
        read_settings({}, "photos")


def _json_path(edit: str, key: str = "a.jpg") -> str:
    return "/" + urlsafe_b64encode(json.dumps({"key": key, "edits": {edit: 1}}).encode()).decode()
