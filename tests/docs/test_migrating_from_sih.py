"""docs/migrating-from-sih.md names every setting, filter, parameter, edit and code that the entry has."""

from __future__ import annotations

import re

from edge.contract.cache_control import SIH_IMAGE
from edge.sih import answer as sih_answer
from edge.sih import errors, json_path, query, replies, request_parser, rewrite_rule, secret, signature
from edge.sih import resizing as sih_resizing
from edge.sih.edit_table import EDITS, FORMATS, REFUSED, WITHOUT_EFFECT
from edge.sih.query import PARAMETERS
from edge.sih.requested_image import MAX_EDITS
from edge.sih.settings import NAMES
from edge.sih.thumbor_filters import FILTERS
from tests.docs.markdown import Page, code_words
from tests.machine import ROOT

PAGE = Page.read(ROOT / "docs" / "migrating-from-sih.md")
_MODULES = (
    errors,
    json_path,
    query,
    replies,
    request_parser,
    rewrite_rule,
    secret,
    signature,
    sih_answer,
    sih_resizing,
)
#: Codes of that product, and the one that is ours.
_CODE = re.compile(r"\"([A-Z][A-Za-z]+(?:::[A-Za-z]+)?)\"")


def words(cell: str) -> list[str]:
    return code_words(cell)


def test_the_settings_are_those_that_are_read() -> None:
    rows = PAGE.table("Switch it on")
    assert [words(row[0])[0] for row in rows] == list(NAMES)
    assert f"`{SIH_IMAGE}`" in rows[-1][2]


def test_the_filters_are_those_that_are_read() -> None:
    assert sorted(name for row in PAGE.table("Filters") for name in words(row[0])) == sorted(FILTERS)


def test_the_parameters_are_those_that_are_read() -> None:
    assert set(PAGE.section("Query parameters").spans) == {*PARAMETERS, "signature", "expires"}


def test_each_edit_is_supported_without_effect_or_refused_as_the_table_says() -> None:
    found = {name: row[1] for row in PAGE.table("Edits") for name in words(row[0])}
    expected = dict.fromkeys(EDITS, "supported") | dict.fromkeys(REFUSED, "refused")
    assert found == expected | dict.fromkeys(WITHOUT_EFFECT, "no effect")


def test_the_limits_and_formats_are_those_of_the_code() -> None:
    grammars = PAGE.section("Grammars").prose
    for number in (
        f"{MAX_EDITS} edits",
        f"{MAX_EDITS} filters",
        f"{request_parser.MAX_PATH:,}",
        f"{rewrite_rule.MAX_PATH:,}",
    ):
        assert number in grammars
    (formats,) = (row[2] for row in PAGE.table("Edits") if "`toFormat`" in row[0])
    assert all(name in formats.lower() for name in FORMATS)


def test_the_codes_are_those_of_the_replies() -> None:
    text = PAGE.section("Replies").prose
    rows = re.findall(r"^\| ((?:`[A-Za-z:]+` ?)+)\| (\d{3}) \|", text, re.MULTILINE)
    documented = {code: status for cell, status in rows for code in words(cell)}
    source = "\n".join((ROOT / f"{each.__name__.replace('.', '/')}.py").read_text() for each in _MODULES)
    used = {code for code in _CODE.findall(source) if "::" in code or code.endswith(_ENDINGS)}
    assert used == documented.keys()


_ENDINGS = ("Error", "Exception", "Failure", "Format", "Expired", "DoesNotMatch", "NoSuchKey")
