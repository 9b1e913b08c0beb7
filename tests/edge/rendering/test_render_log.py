"""The log's lines about rendered variants and errors, whose fields Lambda writes as JSON."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edge.storage.objects.directory import DirectoryStore
from tests.edge.originals import POLICY, body_of, jpeg
from tests.machine import ROOT

#: What every log record has.
USUAL = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """The fields of each line since the last call."""
    caplog.set_level(logging.INFO, "imagehub.render")

    def lines() -> list[dict[str, Any]]:
        found = [vars(record) for record in caplog.records if record.name == "imagehub.render"]
        caplog.clear()
        return [{name: value for name, value in each.items() if name not in USUAL} for each in found]

    return lines


def test_a_rendered_variant_is_one_line_with_its_sizes_and_times(put_original: Any, fetch: Any, lines: Any) -> None:
    body = jpeg()
    put_original(body)
    response = fetch("w8", format_class="webp")
    (line,) = lines()
    steps = {f"{step}_ms" for step in ("fetch", "decode", "resize", "encode", "store")}
    assert steps <= line.keys()
    assert line["total_ms"] == pytest.approx(sum(line[step] for step in steps), abs=0.5)
    assert (line["event"], line["source"], line["format"], line["width"]) == ("rendered", "original", "webp", 8)
    assert line["variant"] == f"a.jpg/00000001.{POLICY.rev}/w8.webp"
    assert (line["bytes_in"], line["bytes_out"]) == (len(body), len(body_of(response)))


def test_a_variant_that_is_found_in_storage_is_no_line(put_original: Any, fetch: Any, lines: Any) -> None:
    put_original(jpeg())
    fetch("w8")
    assert len(lines()) == 1
    fetch("w8", "any")  # an alias of the same variant
    assert lines() == []


def test_an_error_is_one_line_with_its_code(store: DirectoryStore, put_original: Any, fetch: Any, lines: Any) -> None:
    fetch("w8")
    put_original(b"%PDF-1.7")
    fetch("w8")
    assert [(line["event"], line["status"], line["code"]) for line in lines()] == [
        ("error", 404, "original_missing"),
        ("error", 415, "source_unsupported"),
    ]


def test_the_first_variant_of_a_process_is_a_cold_start(tmp_path: Path) -> None:
    code = """
import logging
from edge.contract.variant_key import VariantKey
from edge.image import Rendered
from edge.rendering.render_log import log_render

class Print(logging.Handler):
    def emit(self, record):
        print(record.cold)

log = logging.getLogger("imagehub.render")
log.setLevel("INFO")
log.addHandler(Print())
for _ in range(3):
    key = VariantKey("a.jpg", "00000001", "0" * 8, "w8", "avif")
    log_render(key, Rendered(b"", "image/avif", 8, 8, "avif", {}), 1, {})
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "False"]


def test_the_docs_list_every_field(put_original: Any, fetch: Any, lines: Any) -> None:
    put_original(jpeg())
    fetch("w8")
    fetch("w8", key="b.jpg")
    fields = set().union(*lines())
    listed = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "logs.md").read_text(), re.MULTILINE)
    assert set(listed) == fields
