"""Converting a HEIC photo in a process of its own.

libheif and libde265 parse untrusted files in C++. In another process, with limits on memory and time, a crash or a
decompression bomb harms nothing else. See docs/decisions/005-heic.md.
"""

from __future__ import annotations

import os
import subprocess
import sys

from assets.heic_decoder import REFUSED, TIMEOUT_SECONDS
from edge.contract.errors import SourceRefused


def convert_heic(body: bytes, *, lossless: bool = False) -> bytes:
    """A JPEG of the HEIC's primary image, upright and with its profile; a PNG if it is transparent or ``lossless``.

    Raises `SourceRefused`.
    """
    command = [sys.executable, "-m", "assets.heic_decoder", *(["--lossless"] if lossless else [])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        result = subprocess.run(  # noqa: S603  # our own interpreter and module
            command, input=body, capture_output=True, env=environment, timeout=TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise SourceRefused.damaged("The HEIC photo takes too long to decode. Export it as JPEG.") from None
    if result.returncode == REFUSED:
        raise SourceRefused(*result.stderr.decode().split("\n", 1))
    if result.returncode or not result.stdout:
        raise SourceRefused.damaged("The HEIC photo is damaged or incomplete. Export or download it again.")
    return result.stdout
