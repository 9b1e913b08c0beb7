"""What belongs to a format besides its class. Each of these fails for a part that a new format forgot."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from edge.contract import formats
from edge.image.decode.registry import (
    FORMATS,
    SIGNATURE_BYTES,
    all_limits,
    all_readers,
    find_reader,
    is_avif,
)
from edge.image.decode.source_file import SourceFile
from tests.edge.image.decode.test_bmp import BMPS
from tests.edge.image.decode.test_opening import ANIMATIONS, STILLS

UPLOAD_PAGE = Path(__file__).parents[4] / "docs" / "upload.md"

each_format = pytest.mark.parametrize("reader", all_readers(), ids=lambda each: each.format.name)


def test_every_row_of_the_contracts_table_has_a_class_and_the_other_way_round() -> None:
    assert [each.format for each in all_readers()] == list(formats.SOURCES)


def test_every_class_is_registered() -> None:
    assert set(SourceFile.__subclasses__()) == set(all_readers())


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
    assert reader.pixel_limit in all_limits()


def test_the_codes_of_limits_are_unique() -> None:
    codes = [limit.code for limit in all_limits()]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("body", [*STILLS.values(), *ANIMATIONS.values()])
def test_no_file_has_the_signatures_of_two_formats(body: bytes) -> None:
    assert sum(each.matches(body[:SIGNATURE_BYTES]) for each in FORMATS) == 1


def test_only_a_header_of_a_known_length_makes_it_a_bmp() -> None:
    body = BMPS["24 bits"]
    known = {length for length in range(256) if find_reader(body[:14] + bytes((length,)) + body[15:])}
    assert known == {12, 16, 20, 24, 28, 32, 36, 40, 42, 44, 46, 48, 52, 56, 60, 64, 108, 124}
    assert find_reader(body[:15] + b"\1" + body[16:]) is None


@pytest.mark.parametrize("brand", ["avif", "avis"])
def test_an_avif_is_known_by_any_of_the_brands_in_its_first_box(brand: str) -> None:
    for place in range(63):
        others = ["mif1"] * 63
        others[place] = brand
        assert is_avif(_brands("heic", *others)), place
        assert not is_avif(_brands("heic", *others[:place], *others[place + 1 :]) + brand.encode()), place
    assert is_avif(_brands(brand, "mif1"))


def test_a_first_box_that_is_no_list_of_brands_makes_no_avif() -> None:
    whole = _brands("avif", "avif")
    for length in (0, 1, 16, 19, 21, 16 + 4 * 64, 2**31):
        assert not is_avif(length.to_bytes(4, "big") + whole[4:]), length
    assert not is_avif(_brands("heic", "mif1", "aviX"))
    assert not is_avif(_brands("heic", "xxav", "ifxx"))
    assert not is_avif(whole[:11])


def _brands(major: str, *compatible: str) -> bytes:
    content = b"ftyp" + major.encode() + bytes(4) + "".join(compatible).encode()
    return (4 + len(content)).to_bytes(4, "big") + content


def test_a_file_imports_the_code_of_its_own_format_only() -> None:
    code = (
        "import sys; from edge.image import render; from edge.image.decode.registry import find_reader;"
        "find_reader(bytes.fromhex(sys.argv[1]));"
        "print(*sorted({name.rpartition('.')[2] for name in sys.modules if name.startswith('edge.image.decode.')}))"
    )
    names = {each.format.name for each in all_readers()}
    for name in names:
        command = [sys.executable, "-c", code, STILLS[name][:SIGNATURE_BYTES].hex()]
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert names & set(found.split()) == {name}
