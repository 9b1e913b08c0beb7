"""docs/urls.md lists the parameters, sizes and error codes that the code has."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from edge.contract.errors import EdgeError
from edge.contract.recipe import DEFAULTS, FIELDS, Field
from edge.contract.trackers import TABLE
from edge.contract.url import OTHER_PARAMETERS
from tests.docs.markdown import Page, code_words
from tests.edge.contract.strategies import POLICY
from tests.machine import ROOT

PAGE = Page.read(ROOT / "docs" / "urls.md")
#: Defaults that depend on other parameters or on the policy, in the words of the page.
COMPUTED = {"fit": "`cover` with both sides, else `inside`", "quality": "the policy's"}


def plain(cell: str) -> str:
    return cell.replace("`", "")


def long_name(short: str, name: str) -> str:
    return "" if name in (short, "version") else f"`{name}`"


def default_of(field: Field) -> str:
    if field.name in COMPUTED:
        return COMPUTED[field.name]
    default = DEFAULTS[field.name]
    if default is None:
        return ""
    return f"`{default}`" if isinstance(default, str) else f"{default:d}"


def test_each_parameter_has_its_row_with_names_values_and_default() -> None:
    rows = [(row[0], row[1], plain(row[2]), row[3]) for row in PAGE.table("Parameters")]
    recipe = [
        (f"`{field.short}`", long_name(field.short, field.name), field.allowed, default_of(field)) for field in FIELDS
    ]
    others = [
        (f"`{each.short}`", long_name(each.short, each.name), each.allowed, "`auto`" if each.short == "f" else "")
        for each in OTHER_PARAMETERS
    ]
    assert rows == recipe + others


def test_the_values_of_a_choice_are_set_as_code() -> None:
    for row in PAGE.table("Parameters"):
        if plain(row[2]).startswith("one of ") and not row[2].startswith("0"):
            words = plain(row[2]).removeprefix("one of ").partition(",")[0].split()
            assert code_words(row[2]) == words


def test_the_dropped_parameters_are_those_of_the_table() -> None:
    rows = {row[0]: tuple(code_words(row[1])) for row in PAGE.table("Parameters that are dropped")}
    assert rows == dict(TABLE)


def test_the_ladder_and_the_limits_are_those_of_the_policy() -> None:
    text = PAGE.section("What visitors may request").prose
    ratios = " ".join(f"{width}:{height}" for width, height in POLICY.ratios)
    assert f"on a rung of the ladder: {' '.join(map(str, POLICY.ladder))};" in text
    assert f"in one of the ratios {ratios}," in text
    assert f"at most {POLICY.count_unsigned():,} variants" in text
    assert f"and {POLICY.count_unsigned(1) - POLICY.count_unsigned()} more for each preset" in text
    assert f"No side may be longer than {POLICY.max_side} pixels" in text
    assert f"at most {POLICY.full_side} pixels long" in PAGE.section("Parameters").prose


def error_classes(base: type[EdgeError] = EdgeError) -> Iterator[type[EdgeError]]:
    for each in base.__subclasses__():
        yield each
        yield from error_classes(each)


STATUSES = {each.__name__: str(each.status) for each in error_classes() if each.__module__ == EdgeError.__module__}
#: Errors of the command line only.
COMMAND_LINE = {"source_missing", "source_unreadable", "destination_unwritable"}


def codes_in_edge() -> set[tuple[str, str]]:
    """The status and the code of each error that edge raises, as in ``BadRequest("path_invalid", …)``."""
    return {pair for path in (ROOT / "edge").rglob("*.py") for pair in codes_in(ast.parse(path.read_text()), "")}


def codes_in(node: ast.AST, class_name: str) -> Iterator[tuple[str, str]]:
    match node:
        case ast.ClassDef(name):
            class_name = name
        case ast.Call(ast.Name(name), [ast.Constant(str() as code), *_]):
            error = class_name if name == "cls" else name
            if error in STATUSES:
                yield STATUSES[error], code
    for child in ast.iter_child_nodes(node):
        yield from codes_in(child, class_name)


def test_the_table_of_errors_has_every_code_under_its_status() -> None:
    documented = {(row[0], code) for row in PAGE.table("Errors") for code in code_words(row[1])}
    assert documented == {pair for pair in codes_in_edge() if pair[1] not in COMMAND_LINE}


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_default_is_documented_as_a_value_that_the_parameter_accepts(field: Field) -> None:
    if field.name not in COMPUTED:
        assert default_of(field) == "" or field.parse(plain(default_of(field))) == DEFAULTS[field.name]
