"""Access logs of CloudFront in both formats and of S3, plain and gzip."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.access_log import AccessLogError, LoggedPath, LoggedRequest, log_files, most_requested, read_requests

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
    "body",
    [b"hello\n", b"0a1b logs and more\n", b'{"sc-status": \n', gzip.compress(HEADER.encode())[:-9], b"\x1f\x8bnothing"],
    ids=["text", "text that begins as in S3", "broken JSON", "cut off", "no gzip"],
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


#: From AWS's documentation, with another key.
S3_LINE = (
    "79a59df900b949e5 images [28/Nov/2026:00:00:38 +0000] 192.0.2.3 79a59df900b949e5 3E57427F3E {operation} {key} "
    '"{uri}" {status} - {size} 462992 7 6 "-" "S3Console/0.4" - 9vKBE6vMhrNiWHZ= SigV4 ECDHE AuthHeader images.s3\n'
)


def test_server_access_logs_of_s3(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(
        S3_LINE.format(
            operation="REST.GET.OBJECT", key="a%20b.jpg", uri="GET /a%20b.jpg?w=300 HTTP/1.1", status=200, size=2662
        )
        + S3_LINE.format(operation="REST.HEAD.OBJECT", key="c.jpg", uri="HEAD /c.jpg HTTP/1.1", status=404, size="-")
        + S3_LINE.format(operation="S3.EXPIRE.OBJECT", key="d.jpg", uri="-", status="-", size="-")
    )
    assert list(read_requests([log])) == [
        LoggedRequest(LoggedPath("/a%20b.jpg", "w=300"), 200, 2662),
        LoggedRequest(LoggedPath("/c.jpg", ""), 404, 0),
    ]


def test_status_and_bytes_of_every_request_are_read(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("#Fields: sc-status sc-bytes cs-uri-stem\n200\t1234\t/a.jpg\n000\t0\t/b.jpg\n-\t-\t/c.jpg\n")
    assert list(read_requests([log])) == [
        LoggedRequest(LoggedPath("/a.jpg", ""), 200, 1234),
        LoggedRequest(LoggedPath("/b.jpg", ""), 0, 0),
    ]


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_the_bytes_read_are_reported_as_they_are_read(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    log = tmp_path / "log"
    body = compress((HEADER + "".join(line(f"/{number * number}.jpg") for number in range(50_000))).encode())
    log.write_bytes(body)
    reports: list[int] = []
    assert sum(1 for _ in read_requests([log, log], reports.append)) == 100_000
    assert sum(reports) == 2 * len(body)
    assert max(reports) < len(body) / 2


def test_folders_are_searched_for_files(tmp_path: Path) -> None:
    (tmp_path / "2026" / "11").mkdir(parents=True)
    for name in ("2026/11/b.gz", "2026/a.gz", "2026/.hidden", "single"):
        (tmp_path / name).touch()
    found = log_files([tmp_path / "single", tmp_path / "2026"])
    assert found == [tmp_path / "single", tmp_path / "2026/11/b.gz", tmp_path / "2026/a.gz"]
