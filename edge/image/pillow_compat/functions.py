"""Copies of Pillow's functions that see other values than their module's globals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType, MappingProxyType, SimpleNamespace
from typing import Any, TypeVar, cast

_Function = TypeVar("_Function", bound=Callable[..., Any])


def nothing(*_: object, **__: object) -> None:
    """Replaces `warnings.warn` and Pillow's pixel limit: the engine checks every size itself before decoding."""


QUIET = MappingProxyType({"warnings": SimpleNamespace(warn=nothing)})


def copied(function: _Function, names: Mapping[str, Any]) -> _Function:
    """A copy of one of Pillow's functions that sees ``names`` instead of its module's globals."""
    return with_globals(function, {**function.__globals__, **names})


def with_globals(function: _Function, names: dict[str, Any]) -> _Function:
    """A copy of one of Pillow's functions that has ``names`` for its globals."""
    copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    return cast(_Function, copy)


def view(module: object, **names: object) -> SimpleNamespace:
    """The contents of ``module`` with other values for ``names``."""
    return SimpleNamespace(**{**vars(module), **names})
