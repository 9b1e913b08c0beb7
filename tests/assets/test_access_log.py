"""Access logs of CloudFront in both formats, plain and gzip."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from assets.access_log import AccessLogError, LoggedPath, most_requested

HEADER = "#Version: 1.0\n#Fields: date time sc-status cs-uri-stem cs-uri-query\n"


def line(stem: str, query: str = "-", status: int = 200) -> str:
    return f"2026-11-28\t10:00:00\t{status}\t{stem}\t{query}\n"


def test_the_most_frequent_path_comes_first(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(HEADER + line("/a.jpg", "w=300") + 2 * line("/b.jpg"))
    assert most_requested([log], 10) == [LoggedPath("/b.jpg", ""), LoggedPath("/a.jpg", "w=300")]
    assert most_requested([log, log], 1) == [LoggedPath("/b.jpg", "")]


def test_errors_are_not_counted(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(HEADER + line("/a.jpg", status=404) + line("/b.jpg", status=304) + line("/c.jpg", status=503))
    assert most_requested([log], 10) == [LoggedPath("/b.jpg", "")]


def test_w3c_encodes_percent_signs_once_more(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(HEADER + line("/caf%25C3%25A9%2520.jpg", "w=300"))
    assert most_requested([log], 1) == [LoggedPath("/caf%C3%A9%20.jpg", "w=300")]


def test_json_and_gzip(tmp_path: Path) -> None:
    log = tmp_path / "log.gz"
    values = {"sc-status": "200", "cs-uri-stem": "/caf%C3%A9.jpg", "cs-uri-query": "p=card"}
    log.write_bytes(gzip.compress(json.dumps(values).encode() + b"\n"))
    assert most_requested([log], 1) == [LoggedPath("/caf%C3%A9.jpg", "p=card")]


@pytest.mark.parametrize(
    "body", [b"hello\n", b'{"sc-status": \n', gzip.compress(HEADER.encode())[:-9], b"\x1f\x8bnothing"],
    ids=["text", "broken JSON", "cut off", "no gzip"],
)  # fmt: skip
def test_what_is_no_access_log_is_an_error(tmp_path: Path, body: bytes) -> None:
    log = tmp_path / "log"
    log.write_bytes(body)
    with pytest.raises(AccessLogError, match=f"^{log} cannot be read as an access log: "):
        most_requested([log], 1)


def test_a_log_of_different_paths_only_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assets.access_log._MAX_PATHS", 3)
    log = tmp_path / "log"
    log.write_text(HEADER + 5 * line("/often.jpg") + "".join(line(f"/{number}.jpg") for number in range(50)))
    found = most_requested([log], 100)
    assert found[0].path == "/often.jpg"
    assert len(found) <= 6
