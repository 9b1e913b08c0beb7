"""Django storages for originals: under ``originals/``, private, each key exactly as it is, facts in the same write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.core.signals import setting_changed
from django.utils.functional import LazyObject, empty

from edge.contract.errors import BadRequest
from edge.contract.keys import parse_key
from edge.contract.original import OriginalFacts, original_object_key
from edge.storage.errors import Missing
from edge.storage.objects.directory import DirectoryStore

if TYPE_CHECKING:
    _Bytes = ContentFile[bytes]
else:
    _Bytes = ContentFile


class Original(_Bytes):
    """An original's bytes, with what must be written beside them."""

    def __init__(self, body: bytes, content_type: str, facts: OriginalFacts) -> None:
        super().__init__(body)
        self.content_type = content_type
        self.facts = facts


class Originals(Storage):
    """What both storages share. Every method raises `StorageUnavailable` where the store is away."""

    def get_valid_name(self, name: str) -> str:
        return name

    def get_alternative_name(self, file_root: str, file_ext: str) -> str:
        return file_root + file_ext

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002  # Django's name
        return name

    def generate_filename(self, filename: str | os.PathLike[str]) -> str:
        try:
            return parse_key(str(filename))
        except BadRequest as error:
            raise SuspiciousFileOperation(error.message) from error

    def url(self, name: str | None) -> str:
        raise NotImplementedError(f"An original is never linked; show a variant of {name}.")

    def set_facts(self, name: str, facts: OriginalFacts) -> None:
        """Write other facts beside the bytes that are there. Raises `FileNotFoundError` where there are none."""
        raise NotImplementedError

    def is_in(self, location: str) -> bool:
        """Whether the store at ``location``, spelled as `edge.storage.objects.location` spells it, is this one's."""
        raise NotImplementedError


class DirectoryOriginals(Originals):
    """Originals in a directory, as `edge.storage.objects.directory.DirectoryStore` keeps them."""

    def __init__(self, location: str | Path) -> None:
        self._store = DirectoryStore(Path(location))

    def exists(self, name: str) -> bool:
        try:
            self._store.head(original_object_key(name))
        except Missing:
            return False
        return True

    def size(self, name: str) -> int:
        with _finding(name):
            return self._store.head(original_object_key(name)).size

    def delete(self, name: str) -> None:
        self._store.delete(original_object_key(name))

    def is_in(self, location: str) -> bool:
        return location == self._store.root.absolute().as_uri()

    def set_facts(self, name: str, facts: OriginalFacts) -> None:
        with _finding(name):
            found = self._store.get(original_object_key(name))
        self._save(name, Original(found.body, found.head.content_type, facts))

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError("An original is written through save.")
        with _finding(name):
            return File(BytesIO(self._store.get(original_object_key(name)).body), name)

    def _save(self, name: str, content: File[Any]) -> str:
        original = as_original(content)
        self._store.put(
            original_object_key(name),
            original.read(),
            content_type=original.content_type,
            metadata=original.facts.as_metadata(),
        )
        return name


def as_original(content: File[Any] | None) -> Original:
    """``content``, which must be an `Original`: bytes without facts are not saved."""
    if not isinstance(content, Original):
        raise TypeError("Originals are saved through their Asset, which knows their facts.")
    return content


@contextmanager
def _finding(name: str) -> Iterator[None]:
    try:
        yield
    except Missing as error:
        raise FileNotFoundError(f"There is no original {name}.") from error


class _ConfiguredOriginals(LazyObject):  # type: ignore[type-arg]  # generic in its stubs alone
    def _setup(self) -> None:
        self._wrapped = storages["originals"]


#: ``STORAGES["originals"]``, whichever that is now: a model's field keeps the storage that it was given at import.
originals = _ConfiguredOriginals()


def _forget(*, setting: str, **_: object) -> None:
    if setting == "STORAGES":
        originals._wrapped = empty  # type: ignore[assignment]  # Django's sign for "not yet"


setting_changed.connect(_forget)
