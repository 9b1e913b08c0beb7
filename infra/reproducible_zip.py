"""Writes zip files that are the same, byte for byte, if their contents are."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

#: The earliest date that a zip can hold.
_EPOCH = (1980, 1, 1, 0, 0, 0)
# The builder's system must not change the bytes, and Unix makes external_attr a file mode (section 4.4.2):
# https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
_UNIX = 3


@dataclass(frozen=True, slots=True)
class ZipFile:
    """A zip file; ``size`` in bytes, ``sha256`` in base64, as CloudFormation's CodeSha256 expects it."""

    path: Path
    files: int
    size: int
    sha256: str


def write_zip(path: Path, folder: Path) -> ZipFile:
    """Write all files of ``folder`` to ``path``, sorted by name, with one date and one set of permissions."""
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, file in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.compress_type = _UNIX, zipfile.ZIP_DEFLATED
            # Readable by all: Lambda runs the code as another user than the one that unpacks it.
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, file.read_bytes())
    body = path.read_bytes()
    return ZipFile(path, len(files), len(body), base64.b64encode(hashlib.sha256(body).digest()).decode())
