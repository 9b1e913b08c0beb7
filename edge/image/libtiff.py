"""libtiff's error messages: it writes one for each damaged row to the log, so a small file could fill it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache, wraps
from threading import Lock
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from PIL import _imaging

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class _Silence:
    """Discards libtiff's messages while any thread is in it. Their handler belongs to the host process."""

    def __init__(self) -> None:
        self._lock, self._inside = Lock(), 0
        self._handler: int | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._handler = set_error_handler()(None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                set_error_handler()(self._handler)


_silence = _Silence()


def silent(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """``function``, without libtiff's messages. What it raises on damage it goes on raising."""

    @wraps(function)
    def wrapper(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        with _silence:
            return function(*args, **kwargs)

    return wrapper


@cache
def set_error_handler() -> Any:
    """libtiff's function that sets the handler and returns the one before; None is no handler.

    Found through Pillow's own library, which is linked to libtiff. Does nothing if it is linked in another way.
    https://libtiff.gitlab.io/libtiff/functions/TIFFError.html
    """
    library = ctypes.CDLL(_imaging.__file__)
    if not hasattr(library, "TIFFSetErrorHandler"):
        return lambda _: None
    function = library.TIFFSetErrorHandler
    function.restype, function.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    return function
