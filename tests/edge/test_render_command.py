from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from edge.__main__ import main


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "source.jpg"
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(path)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    status = main(["render", *map(str, arguments)])
    (line,) = capsys.readouterr().out.splitlines()
    return status, json.loads(line)


def left_behind(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_is_made_and_one_line_says_what(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = photo.with_name("made.bin")
    status, report = run(capsys, photo, made, "w=300&h=200&f=webp")
    assert status == 0
    assert set(report) == {"width", "height", "format", "bytes", "ms"}
    assert (report["width"], report["height"], report["format"]) == (300, 200, "webp")
    assert report["bytes"] == made.stat().st_size
    assert set(report["ms"]) == {"decode", "resize", "encode"}
    with Image.open(made) as image:
        assert (image.format, image.size) == ("WEBP", (300, 200))


@pytest.mark.parametrize(
    ("name", "query", "made"),
    [
        ("a.avif", "w=100", "avif"),
        ("a.JPG", "w=100&f=auto", "jpeg"),
        ("a.jpeg", "", "jpeg"),
        ("a.png", "w=100", "png"),
        ("a.gif", "w=100&f=webp", "webp"),
        ("a", "w=100", "jpeg"),
        ("a.tiff", "w=123", "jpeg"),
    ],
)
def test_without_a_format_the_destination_says_it(
    photo: Path, capsys: pytest.CaptureFixture[str], name: str, query: str, made: str
) -> None:
    assert run(capsys, photo, photo.with_name(name), query)[1]["format"] == made


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("w=abc", 400, "parameter_invalid"),
        ("w=99999", 400, "parameter_invalid"),
        ("colour=red", 400, "parameter_unknown"),
        ("w=1&w=2", 400, "parameter_repeated"),
        ("p=card", 400, "parameter_invalid"),
    ],
)
def test_a_bad_query_is_told_as_json(
    photo: Path, capsys: pytest.CaptureFixture[str], query: str, status: int, code: str
) -> None:
    exit_status, report = run(capsys, photo, photo.with_name("made.jpg"), query)
    assert exit_status == 1
    assert (report["status"], report["code"]) == (status, code)
    assert report["message"].startswith(query.partition("=")[0])
    assert left_behind(photo.parent) == {"source.jpg"}


def test_a_missing_source_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, report = run(capsys, tmp_path / "none.jpg", tmp_path / "made.jpg")
    assert (status, report["status"], report["code"]) == (1, 404, "source_missing")


def test_a_folder_is_no_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, report = run(capsys, tmp_path, tmp_path / "made.jpg")
    assert (status, report["status"], report["code"]) == (1, 404, "source_unreadable")


def test_what_is_no_picture_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "source.jpg"
    source.write_bytes(b"%PDF-1.7")
    status, report = run(capsys, source, tmp_path / "made.jpg")
    assert (status, report["status"], report["code"]) == (1, 415, "source_unsupported")


@pytest.mark.parametrize("destination", ["missing/made.jpg", "folder", "source.jpg/made.jpg"])
def test_a_destination_that_cannot_be_written_is_told(
    photo: Path, capsys: pytest.CaptureFixture[str], destination: str
) -> None:
    (photo.parent / "folder").mkdir()
    status, report = run(capsys, photo, photo.parent / destination)
    assert (status, report["status"], report["code"]) == (1, 500, "destination_unwritable")
    assert left_behind(photo.parent) == {"source.jpg", "folder"}


def test_a_refusal_leaves_the_destination_as_it_was(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = photo.with_name("made.jpg")
    run(capsys, photo, made, "w=100")
    before = made.read_bytes()
    photo.write_bytes(photo.read_bytes()[:900])
    assert run(capsys, photo, made, "w=200")[1]["code"] == "source_damaged"
    assert made.read_bytes() == before


def test_an_error_can_be_printed_where_only_ascii_can(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "edge", "render", str(tmp_path / "\u7167\u7247.jpg"), str(tmp_path / "made.jpg")]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, env=environment, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["message"] == f"The file {tmp_path}/\u7167\u7247.jpg does not exist."


def test_it_runs_as_a_module(photo: Path) -> None:
    command = [sys.executable, "-m", "edge", "render", str(photo), str(photo.with_name("made.webp")), "w=50"]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["width"] == 50
