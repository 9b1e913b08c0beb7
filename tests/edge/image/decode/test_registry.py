"""What belongs to a format besides its class. Each of these fails for a part that a new format forgot."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from edge.contract import formats
from edge.image.decode.registry import FORMATS, LIMITS
from edge.image.decode.source_file import SourceFile
from tests.edge.image.decode.test_opening import STILLS

UPLOAD_PAGE = Path(__file__).parents[4] / "docs" / "upload.md"

each_format = pytest.mark.parametrize("reader", FORMATS, ids=lambda each: each.format.name)


def test_every_row_of_the_contracts_table_has_a_class_and_the_other_way_round() -> None:
    assert [each.format for each in FORMATS] == list(formats.SOURCES)


def test_every_class_is_registered() -> None:
    assert set(SourceFile.__subclasses__()) == set(FORMATS)


@each_format
def test_its_module_has_its_name(reader: type[SourceFile]) -> None:
    assert reader.__module__ == f"edge.image.decode.{reader.format.name}"


@each_format
def test_the_docs_have_a_row_with_its_extensions(reader: type[SourceFile]) -> None:
    pattern = rf"^\| {re.escape(reader.format.label)}\b[^|]* \| (.+) \|$"
    row = re.search(pattern, UPLOAD_PAGE.read_text(), re.MULTILINE)
    assert row, f"docs/upload.md has no row for {reader.format.label}"
    assert re.findall(r"`\.(\w+)`", row[1]) == list(reader.format.extensions)


@each_format
def test_the_tests_of_all_formats_have_a_file_of_it(reader: type[SourceFile]) -> None:
    assert reader.format.name in STILLS


@each_format
def test_it_has_a_test_file(reader: type[SourceFile]) -> None:
    assert Path(__file__).with_name(f"test_{reader.format.name}.py").is_file()


@each_format
def test_its_pixel_limit_is_among_the_documented_limits(reader: type[SourceFile]) -> None:
    assert reader.pixel_limit in LIMITS


def test_the_codes_of_limits_are_unique() -> None:
    assert len({limit.code for limit in LIMITS}) == len(LIMITS)
