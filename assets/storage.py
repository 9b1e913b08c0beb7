"""Django storages for originals: private, under ``originals/``. `assets.publication` writes them, with their facts."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.core.signals import setting_changed
from django.utils.functional import LazyObject, empty

from assets.conf import config
from assets.object_store import ObjectStore
from edge.contract.errors import BadRequest
from edge.contract.keys import parse_key
from edge.contract.original import OriginalFacts, original_object_key
from edge.storage.errors import Denied, Missing, StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Head


class Originals(Storage, ABC):
    """Originals by their asset's key. Every method raises `StorageUnavailable` if storage cannot be reached."""

    @property
    @abstractmethod
    def store(self) -> ObjectStore:
        """The bucket or directory, with variants and the manifest beside the originals."""

    @abstractmethod
    def is_in(self, location: str) -> bool:
        """Whether ``location``, spelled as in ``IMAGEHUB["STORE"]``, is where this storage keeps its files."""

    @abstractmethod
    def set_facts(self, name: str, facts: OriginalFacts, if_match: str | None = None) -> bool:
        """Replace an original's facts and keep its bytes. Raises `FileNotFoundError` if there is none.

        Returns False, and changes nothing, if it has another ETag than ``if_match``, or changed just now.
        Whether it counts as examined stays as it was: new facts examine nothing.
        """

    def exists(self, name: str) -> bool:
        try:
            with finding(name):
                self.store.head(original_object_key(name))
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        with finding(name):
            return self.store.head(original_object_key(name)).size

    def delete(self, name: str) -> None:
        self.store.delete(original_object_key(name))

    # What Django asks of a storage whose files have no URL:
    # https://docs.djangoproject.com/en/5.2/howto/custom-file-storage/
    def url(self, name: str | None) -> str:
        raise NotImplementedError(f"Originals have no URL. Link a variant of {name} with img_url.")

    def generate_filename(self, filename: str | os.PathLike[str]) -> str:
        """A key as it is: Django would replace spaces."""
        try:
            return parse_key(str(filename))
        except BadRequest as error:
            raise SuspiciousFileOperation(error.message) from error

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError(f"An original can be opened with mode rb, not {mode}. Write it through its Asset.")
        with finding(name):
            return File(BytesIO(self.store.get(original_object_key(name)).body), name)

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> NoReturn:  # noqa: ARG002  # Django's names
        raise TypeError(f"{name} would have no facts. Save an original through its Asset.")


class DirectoryOriginals(Originals):
    """Originals in the directory ``location``, which must exist."""

    def __init__(self, location: str | Path) -> None:
        self._root = Path(location)

    @cached_property
    def store(self) -> DirectoryStore:
        return DirectoryStore(self._root)

    def is_in(self, location: str) -> bool:
        return location == self._root.absolute().as_uri()

    def set_facts(self, name: str, facts: OriginalFacts, if_match: str | None = None) -> bool:
        object_key = original_object_key(name)
        with finding(name):
            found = self.store.get(object_key)
        head = found.head
        written = (if_match or head.etag) == head.etag and self.store.put(
            object_key,
            found.body,
            content_type=head.content_type,
            metadata=as_examined_as(head, facts).as_metadata(),
            if_match=head.etag,
        )
        return bool(written)


def as_examined_as(original: Head, facts: OriginalFacts) -> OriginalFacts:
    """``facts``, for the bytes of the stored ``original``."""
    stored = OriginalFacts.read(original.metadata)
    return replace(facts, examined=stored is not None and stored.examined)


@contextmanager
def finding(name: str) -> Iterator[None]:
    """Translates errors of the object store into those of a Django storage."""
    try:
        yield
    except Denied as error:
        raise StorageUnavailable(f"Storage denies access to the original {name}.") from error
    except Missing as error:
        raise FileNotFoundError(f"The original {name} is missing.") from error


class _ConfiguredOriginals(LazyObject):  # type: ignore[type-arg]  # generic in its stubs alone
    def _setup(self) -> None:
        self._wrapped = storages["originals"]


#: ``STORAGES["originals"]`` as it is set now. A model field would keep the storage that it was given at import.
originals = _ConfiguredOriginals()


def object_store() -> ObjectStore:
    """Where originals, variants and the manifest are, through the one client of ``STORAGES["originals"]``.

    Raises `ImproperlyConfigured` if the setting ``IMAGEHUB["STORE"]`` names another place.
    """
    storage = storages["originals"]
    location = config().store
    if not isinstance(storage, Originals) or not storage.is_in(location):
        raise ImproperlyConfigured(
            f'STORAGES["originals"] is not in {location}, which IMAGEHUB["STORE"] names. '
            "Let both name the same bucket or directory."
        )
    return storage.store


def find_original(key: str) -> Head | None:
    """What storage says of the original ``key``. None if there is none. Raises `StorageUnavailable`."""
    try:
        return object_store().head(original_object_key(key))
    except Missing:
        return None


def _forget(*, setting: str, **_: object) -> None:
    if setting == "STORAGES":
        originals._wrapped = empty  # type: ignore[assignment]  # Django's sign for "not yet"


setting_changed.connect(_forget)
