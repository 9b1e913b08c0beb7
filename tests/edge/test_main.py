"""The command line: `python -m edge`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from edge.__main__ import main
from edge.contract import policy
from edge.contract.policy import Policy
from edge.image.geometry import lay_out
from tests.edge.contract.strategies import POLICY
from tests.edge.image.pictures import photograph


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "source.jpg"
    photograph().resize((640, 480)).save(path)
    return path


def render(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    status = main(["render", *map(str, arguments)])
    (line,) = capsys.readouterr().out.splitlines()
    return status, json.loads(line)


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_variant_is_written_and_described_in_one_line(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    variant = photo.with_name("variant.bin")
    status, report = render(capsys, photo, variant, "w=300&h=200&f=webp")
    assert status == 0
    assert set(report) == {"width", "height", "format", "bytes", "ms"}
    assert (report["width"], report["height"], report["format"]) == (300, 200, "webp")
    assert report["bytes"] == variant.stat().st_size
    assert set(report["ms"]) == {"decode", "resize", "encode"}
    with Image.open(variant) as image:
        assert (image.format, image.size) == ("WEBP", (300, 200))


@pytest.mark.parametrize(
    ("name", "query", "variant"),
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
def test_without_a_format_the_extension_of_the_destination_decides(
    photo: Path, capsys: pytest.CaptureFixture[str], name: str, query: str, variant: str
) -> None:
    assert render(capsys, photo, photo.with_name(name), query)[1]["format"] == variant


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
def test_an_invalid_query_is_reported_as_json(
    photo: Path, capsys: pytest.CaptureFixture[str], query: str, status: int, code: str
) -> None:
    exit_status, report = render(capsys, photo, photo.with_name("variant.jpg"), query)
    assert exit_status == 1
    assert (report["status"], report["code"]) == (status, code)
    assert report["message"].startswith(query.partition("=")[0])
    assert files_in(photo.parent) == {"source.jpg"}


def test_a_missing_source_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, report = render(capsys, tmp_path / "none.jpg", tmp_path / "variant.jpg")
    assert (status, report["status"], report["code"]) == (1, 404, "source_missing")


def test_a_folder_as_source_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, report = render(capsys, tmp_path, tmp_path / "variant.jpg")
    assert (status, report["status"], report["code"]) == (1, 404, "source_unreadable")


def test_a_source_that_is_not_an_image_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "source.jpg"
    source.write_bytes(b"%PDF-1.7")
    status, report = render(capsys, source, tmp_path / "variant.jpg")
    assert (status, report["status"], report["code"]) == (1, 415, "source_unsupported")


@pytest.mark.parametrize("destination", ["missing/variant.jpg", "folder", "source.jpg/variant.jpg"])
def test_a_destination_that_cannot_be_written_is_reported(
    photo: Path, capsys: pytest.CaptureFixture[str], destination: str
) -> None:
    (photo.parent / "folder").mkdir()
    status, report = render(capsys, photo, photo.parent / destination)
    assert (status, report["status"], report["code"]) == (1, 500, "destination_unwritable")
    assert files_in(photo.parent) == {"source.jpg", "folder"}


def test_an_error_leaves_the_destination_as_it_was(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    variant = photo.with_name("variant.jpg")
    render(capsys, photo, variant, "w=100")
    before = variant.read_bytes()
    photo.write_bytes(photo.read_bytes()[:900])
    assert render(capsys, photo, variant, "w=200")[1]["code"] == "source_damaged"
    assert variant.read_bytes() == before


def test_an_error_can_be_printed_to_an_ascii_terminal(tmp_path: Path) -> None:
    source, destination = str(tmp_path / "\u7167\u7247.jpg"), str(tmp_path / "variant.jpg")
    command = [sys.executable, "-m", "edge", "render", source, destination]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, env=environment, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["message"] == f"The file {tmp_path}/\u7167\u7247.jpg does not exist."


def test_it_runs_as_a_module(photo: Path) -> None:
    command = [sys.executable, "-m", "edge", "render", str(photo), str(photo.with_name("variant.webp")), "w=50"]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["width"] == 50


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    def printed(*arguments: str, rules: Policy = POLICY) -> str:
        monkeypatch.setattr(policy, "load_policy", lambda: rules)
        assert main(["policy", *arguments]) == 0
        return capsys.readouterr().out

    return printed


def number(text: str, name: str) -> int:
    match = re.search(rf"^{name} +(\d+)", text, re.MULTILINE)
    assert match, text
    return int(match[1])


def test_policy_prints_the_number_of_variants_and_its_parts(printed: Any) -> None:
    text = printed("--presets", "3")
    recipes = sum(number(text, name) for name in ("full", "one side", "two sides", "presets"))
    assert recipes * number(text, "classes") == number(text, "variants") == POLICY.count_unsigned(presets=3)
    assert " 2560\n" in text


def test_policy_adds_up_the_pixels_of_all_variants(printed: Any) -> None:
    large, small = (number(printed("--original", size), "megapixels") for size in ("4032x3024", "640x480"))
    assert large > small
    few = replace(POLICY, ladder=(1000,), ratios=((1, 1),), full_side=2000)
    canvases = [lay_out((2000, 1000), recipe, few).canvas for recipe in few.unsigned()]
    assert sorted(canvases) == [(1000, 500), (1000, 500), (1000, 1000), (2000, 1000), (2000, 1000)]
    assert number(printed("--original", "2000x1000", rules=few), "megapixels") == 6 * 6


def test_policy_says_that_every_url_must_be_signed(printed: Any) -> None:
    assert "Every URL needs a signature" in printed(rules=replace(POLICY, signed="always"))


@pytest.mark.parametrize("size", ["40", "0x3", "3x", "axb", "1000000x1"])
def test_an_invalid_size_is_rejected(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["policy", "--original", size])
    assert "4032x3024" in capsys.readouterr().err
