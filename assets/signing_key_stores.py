"""Places where signing keys can be written. Of several processes that rotate at once, one succeeds."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from assets.errors import SigningKeyStoreError
from assets.signing_key_secret import SecretKeyStore
from edge.contract.signing import KeyRing
from edge.storage.signing_keys.key_file import read_key_file, write_key_file
from edge.storage.signing_keys.location import SigningKeyFile, SigningKeyLocation


class WritableKeyStore(Protocol):
    """Signing keys, for one read and one write. The write fails if somebody else has written since the read."""

    def read(self) -> KeyRing | None:
        """The key ring. Returns None if there are no keys yet."""

    def write(self, ring: KeyRing) -> None:
        """Store the current key of ``ring``; the one that `read` returned becomes the previous one.

        Raises `SigningKeyStoreError`.
        """


@contextmanager
def open_key_store(location: SigningKeyLocation) -> Iterator[WritableKeyStore]:
    """The keys at ``location``. Raises `SigningKeyStoreError`, also for errors inside the ``with`` block."""
    try:
        if isinstance(location, SigningKeyFile):
            with _locked(location.path.parent):
                yield _KeyFileStore(location.path)
        else:
            yield SecretKeyStore(location)
    except (OSError, ValueError, ClientError, BotoCoreError) as error:
        raise SigningKeyStoreError(str(error)) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Locks the folder, since the file in it is replaced. The system releases the lock if the process is killed."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class _KeyFileStore:
    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> KeyRing | None:
        return read_key_file(self._path) if self._path.exists() else None

    def write(self, ring: KeyRing) -> None:
        # The new file belongs to this user alone, so the servers of another user could not read it.
        if self._path.exists() and (owner := self._path.stat().st_uid) != os.geteuid():
            raise SigningKeyStoreError(f"{self._path} belongs to user {owner}. Run this command as that user.")
        write_key_file(self._path, ring)
