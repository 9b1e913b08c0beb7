"""The command that counts what becomes of the URLs in access logs."""

from __future__ import annotations

import gzip
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

HEADER = "#Fields: sc-status sc-bytes cs-uri-stem cs-uri-query\n"


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of logs, one of them compressed."""
    monkeypatch.setenv("IMAGEHUB_SIH", '{"path": "/", "buckets": {"photos": ""}}')
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.log").write_text(HEADER + "200\t2048\t/300x200/a.jpg\t-\n200\t2048\t/a.jpg\t-\n404\t0\t/b.jpg\t-\n")
    (folder / "b.gz").write_bytes(gzip.compress((HEADER + "304\t0\t/300x200/a.jpg\t-\n").encode()))
    return folder


def report(*arguments: object) -> str:
    output = StringIO()
    call_command("sih_report", *map(str, arguments), stdout=output, stderr=StringIO())
    return output.getvalue()


def test_the_report_says_how_many_requests_and_bytes_keep_their_image(logs: Path) -> None:
    lines = [line for line in report(logs).splitlines() if line]
    assert lines[0] == "3 requests, 4.0 KB got an image there; 1 others are not looked at."
    assert lines[1:4] == ["Exact: the same image", "2 requests, 2.0 KB, 66.7 %", "    /300x200/a.jpg"]
    assert lines[-2:] == ["Refused: an error", "0 requests, 0 bytes, 0.0 %"]


def test_the_report_as_json(logs: Path) -> None:
    found = json.loads(report(logs, "--json"))
    assert (found["shown"]["requests"], found["shown"]["bytes"], len(found["different"])) == (3, 4096, 1)


def test_a_url_that_is_refused_gives_exit_code_one(logs: Path) -> None:
    (logs / "c.log").write_text(HEADER + "200\t10\t/eyJrZXkiOiAiYS5qcGciLCAiZWRpdHMiOiB7ImFmZmluZSI6IFsxLCAwXX19\t-\n")
    with pytest.raises(CommandError, match=r"1 requests that got an image there would get an error here\."):
        report(logs)


@pytest.mark.parametrize("body", [None, b"no log\n"], ids=["no file", "no log"])
def test_what_cannot_be_read_is_named(logs: Path, body: bytes | None) -> None:
    if body:
        (logs / "wrong").write_bytes(body)
    with pytest.raises(CommandError, match="wrong"):
        report(logs / "wrong")


def test_buckets_are_needed(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMAGEHUB_SIH")
    with pytest.raises(CommandError, match="IMAGEHUB_SIH: buckets"):
        report(logs)
    assert "3 requests" in report(logs, "--buckets", '{"photos": ""}')


@pytest.mark.django_db
def test_images_are_looked_up_on_request(logs: Path) -> None:
    with pytest.raises(CommandError, match="3 requests"):
        report(logs, "--images")
