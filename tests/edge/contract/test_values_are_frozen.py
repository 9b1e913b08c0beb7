"""Every value type of the contract is immutable, since values are shared between requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules

import pytest

import edge.contract


def value_types() -> Iterator[type]:
    for found in iter_modules(edge.contract.__path__):
        module = import_module(f"edge.contract.{found.name}")
        for value in vars(module).values():
            if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__:
                yield value


@pytest.mark.parametrize("kind", list(value_types()), ids=lambda kind: kind.__name__)
def test_a_value_cannot_be_changed(kind: type) -> None:
    assert vars(kind)["__dataclass_params__"].frozen


@pytest.mark.parametrize("kind", list(value_types()), ids=lambda kind: kind.__name__)
def test_a_value_has_slots_unless_it_caches_a_property(kind: type) -> None:
    caches = any(isinstance(value, cached_property) for value in vars(kind).values())
    assert ("__slots__" in vars(kind)) is not caches
