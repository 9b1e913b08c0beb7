"""The part of JSON Schema that docs/openapi.yaml uses. A keyword that is not known here is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: Mapping[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}
_WORDS = {"description", "examples", "format"}


def resolved(document: Any, node: Any) -> Any:
    """``node``, or what its ``$ref`` names in ``document``. Raises `KeyError`."""
    while isinstance(node, dict) and "$ref" in node:
        assert len(node) == 1, f"a $ref hides what is beside it: {node}"
        name = node["$ref"]
        node = document
        for part in name.removeprefix("#/").split("/"):
            node = node[part]
    return node


def violations(document: Any, schema: Any, value: Any, where: str = "") -> Iterator[str]:
    """What of ``value`` does not follow ``schema``."""
    schema = resolved(document, schema)
    for keyword, rule in schema.items():
        if keyword not in _WORDS:
            yield from _CHECKS[keyword](document, rule, value, where, schema)


def _type(_document: Any, rule: Any, value: Any, where: str, _schema: Any) -> Iterator[str]:
    names = rule if isinstance(rule, list) else [rule]
    if isinstance(value, bool) or not any(isinstance(value, _TYPES[name]) for name in names):
        yield f"{where}: {value!r} is not of type {rule}"


def _enum(_document: Any, rule: Any, value: Any, where: str, _schema: Any) -> Iterator[str]:
    if value not in rule:
        yield f"{where}: {value!r} is none of {rule}"


def _pattern(_document: Any, rule: Any, value: Any, where: str, _schema: Any) -> Iterator[str]:
    if isinstance(value, str) and not re.search(rule, value):
        yield f"{where}: {value!r} does not match {rule}"


def _bound(_document: Any, rule: Any, value: Any, where: str, schema: Any) -> Iterator[str]:
    if isinstance(value, int | float):
        low, high = schema.get("minimum", float("-inf")), schema.get("maximum", float("inf"))
        if not low <= value <= high:
            yield f"{where}: {value!r} is out of bounds"


def _length(_document: Any, rule: Any, value: Any, where: str, schema: Any) -> Iterator[str]:
    if isinstance(value, str) and not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{where}: its length is wrong"


def _max_items(_document: Any, rule: Any, value: Any, where: str, _schema: Any) -> Iterator[str]:
    if isinstance(value, list) and len(value) > rule:
        yield f"{where}: more than {rule} items"


def _items(document: Any, rule: Any, value: Any, where: str, _schema: Any) -> Iterator[str]:
    for index, item in enumerate(value if isinstance(value, list) else ()):
        yield from violations(document, rule, item, f"{where}[{index}]")


def _properties(document: Any, rule: Any, value: Any, where: str, _schema: Any) -> Iterator[str]:
    for name, each in rule.items():
        if isinstance(value, dict) and name in value:
            yield from violations(document, each, value[name], f"{where}.{name}")


def _required(_document: Any, rule: Any, value: Any, where: str, _schema: Any) -> Iterator[str]:
    yield from (f"{where}: {name} is missing" for name in rule if isinstance(value, dict) and name not in value)


def _additional(_document: Any, rule: Any, value: Any, where: str, schema: Any) -> Iterator[str]:
    assert rule is False
    if isinstance(value, dict):
        yield from (f"{where}: {name} is not known" for name in value.keys() - schema["properties"].keys())


def _all_of(document: Any, rule: Any, value: Any, where: str, _schema: Any) -> Iterator[str]:
    for each in rule:
        yield from violations(document, each, value, where)


def _any_of(document: Any, rule: Any, value: Any, where: str, _schema: Any) -> Iterator[str]:
    if all(list(violations(document, each, value, where)) for each in rule):
        yield f"{where}: {value!r} follows none of the schemas"


_CHECKS: Mapping[str, Any] = {
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "minimum": _bound,
    "maximum": _bound,
    "minLength": _length,
    "maxLength": _length,
    "maxItems": _max_items,
    "items": _items,
    "properties": _properties,
    "required": _required,
    "additionalProperties": _additional,
    "allOf": _all_of,
    "anyOf": _any_of,
}
