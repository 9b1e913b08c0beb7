"""libtiff's messages, and the handler that the host process may have set for them."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from edge.image import libtiff
from tests.edge.image.decode.tiff_files import grey, made, strips

FOLDER = Path(__file__).parents[3]
NOISE = random.Random(1).randbytes(20_000)  # noqa: S311 - an image, not a secret

_VERIFY = """
import sys
from pathlib import Path
from edge.contract.policy import load_policy
from edge.image import verify
from edge.image.libtiff import silent
print(verify(Path(sys.argv[1]).read_bytes(), load_policy()).height)
from PIL import Image
if sys.argv[2:]:
    Image.open(sys.argv[1]).load()
"""


def messages(tmp_path: Path, *further: str) -> bytes:
    """What a process writes to its log that verifies a fax of noise, and then lets Pillow itself decode it."""
    (tmp_path / "original.tif").write_bytes(made(grey(64, 9_000, 2, bits=1) | strips(9_000, 1, len(NOISE)), NOISE))
    command = [sys.executable, "-c", _VERIFY, str(tmp_path / "original.tif"), *further]
    ran = subprocess.run(command, cwd=FOLDER, capture_output=True, check=True)
    assert ran.stdout == b"9000\n"
    return ran.stderr


def test_damaged_rows_are_not_written_to_the_log(tmp_path: Path) -> None:
    assert messages(tmp_path) == b""


def test_the_hosts_own_decoding_writes_as_before(tmp_path: Path) -> None:
    assert messages(tmp_path, "also by Pillow").count(b"Bad code word") > 1_000


def test_silence_ends_with_the_last_that_wants_it() -> None:
    set_handler = libtiff.set_error_handler()
    before = set_handler(None)
    set_handler(before)

    def handler() -> int | None:
        found: int | None = set_handler(None)
        set_handler(found)
        return found

    assert libtiff.silent(lambda: (libtiff.silent(handler)(), handler()))() == (None, None)
    assert handler() == before

    def fail() -> None:
        raise OSError

    with pytest.raises(OSError):
        libtiff.silent(fail)()
    assert handler() == before
