"""Values against the shapes of botocore's model of a service: what AWS would refuse, and what it would never answer.

botocore's own validator checks types, names, required members and minima. Maxima, enums and patterns are added here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
from botocore.validate import ParamValidator


@cache
def service_model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def problems(value: Any, shape: Any) -> list[str]:
    """What is wrong with ``value``, as parsed; its blobs are bytes. Empty if nothing is."""
    report = ParamValidator().validate(value, shape)
    return [report.generate_report()] if report.has_errors() else list(_walk(value, shape, shape.name))


def _walk(value: Any, shape: Any, path: str) -> Iterator[str]:
    yield from _bounds(value, shape, path)
    if shape.type_name == "structure":
        for name, member in value.items():
            yield from _walk(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for index, member in enumerate(value):
            yield from _walk(member, shape.member, f"{path}[{index}]")


def _bounds(value: Any, shape: Any, path: str) -> Iterator[str]:
    rules = shape.metadata
    size = len(value) if shape.type_name in ("string", "blob", "list", "map") else value
    if "max" in rules and size > rules["max"]:
        yield f"{path} must be at most {rules['max']}, but is {size}."
    if "min" in rules and size < rules["min"]:
        yield f"{path} must be at least {rules['min']}, but is {size}."
    if getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{path} must be one of {', '.join(shape.enum)}, but is {value}."
    if "pattern" in rules and not re.fullmatch(rules["pattern"], value):
        yield f"{path} must match {rules['pattern']}, but is {value}."
