"""Writes zip files that are the same, byte for byte, if their contents are."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from dataclasses import dataclass
from io import BytesIO
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


def write_zip(out: Path, name: str, folder: Path) -> ZipFile:
    """Write all files of ``folder`` to ``out``, sorted by name, with one date and one set of permissions.

    The file is called ``name`` and 16 digits of its SHA-256. CloudFormation updates a function only if the name of its
    zip changes: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-lambda-function-code.html
    """
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    body = BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for inside, file in sorted(files.items()):
            entry = zipfile.ZipInfo(inside, _EPOCH)
            entry.create_system, entry.compress_type = _UNIX, zipfile.ZIP_DEFLATED
            # Readable by all: Lambda runs the code as another user than the one that unpacks it.
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, file.read_bytes())
    digest = hashlib.sha256(body.getvalue())
    path = out / f"{name}-{digest.hexdigest()[:16]}.zip"
    path.write_bytes(body.getvalue())
    return ZipFile(path, len(files), path.stat().st_size, base64.b64encode(digest.digest()).decode())
