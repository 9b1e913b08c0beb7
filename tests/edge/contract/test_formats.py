"""The table of file formats, and everything outside the engine that is derived from it."""

from __future__ import annotations

import pytest

from edge.contract import formats
from edge.contract.errors import BadRequest
from edge.contract.formats import FileFormat
from edge.contract.keys import parse_key

EVERY = [*formats.SOURCES, formats.HEIC]


@pytest.mark.parametrize("format_", EVERY, ids=lambda each: each.name)
def test_a_row_is_complete(format_: FileFormat) -> None:
    assert format_.name == format_.label.lower()
    assert format_.extensions
    assert all(extension == extension.lower().strip(".") for extension in format_.extensions)
    assert format_.content_type.startswith("image/")


def test_no_two_formats_share_a_name_or_an_extension() -> None:
    assert len(formats.BY_NAME) == len(formats.SOURCES)
    assert len(formats.BY_EXTENSION) == sum(len(each.extensions) for each in EVERY)


@pytest.mark.parametrize("extension", formats.BY_EXTENSION)
def test_a_key_may_end_in_every_extension(extension: str) -> None:
    assert parse_key(f"photos/a.{extension}") == f"photos/a.{extension}"
    with pytest.raises(BadRequest):
        parse_key(f"photos/a.{extension}x")


def test_an_unknown_name_is_its_own_label() -> None:
    assert (formats.label_of("webp"), formats.label_of("xcf")) == ("WebP", "xcf")


def test_labels_make_a_list_for_a_sentence() -> None:
    *most, last = (each.label for each in formats.SOURCES)
    assert formats.labels("or") == f"{', '.join(most)} or {last}"
    assert formats.labels("and").startswith("JPEG, PNG, WebP, ")
