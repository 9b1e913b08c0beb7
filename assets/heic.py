"""HEIC photos, turned into originals that the edge reads. Run as a program it is the half that decodes.

Apart, in a process of its own with limits of its own: libheif and libde265 parse what anybody sends, in C++, and what
crashes or starves them takes nothing with it. docs/decisions/005-heic.md says why it is so.
"""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image

from edge.contract.errors import SourceRefused
from edge.contract.policy import load_policy
from edge.image.colour.modes import is_transparent
from edge.image.colour.source_profile import of_cicp
from edge.image.decode.source import check_pixels

if TYPE_CHECKING:
    from pillow_heif import HeifImage

#: What the decoder may use: twice the memory and time of 100 megapixels, and less than web servers wait.
_MEMORY, _SECONDS = 3 << 30, 25
_REFUSED = 3
_COPYRIGHT = 33432
#: Above 90 of SSIMULACRA2 against the HEIC's own pixels.
_JPEG = {"quality": 95, "subsampling": "4:4:4", "optimize": True}


def converted(body: bytes, *, lossless: bool = False) -> bytes:
    """A JPEG of the HEIC's primary picture, upright and with its profile; a PNG where it is transparent, or where
    ``lossless`` asks for one. Raises `SourceRefused`."""
    command = [sys.executable, "-m", "assets.heic", *(["--lossless"] if lossless else [])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        ran = subprocess.run(  # noqa: S603  # our own interpreter and module
            command, input=body, capture_output=True, env=environment, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise SourceRefused.damaged("The HEIC photo takes too long to decode.") from None
    if ran.returncode == _REFUSED:
        raise SourceRefused(*ran.stderr.decode().split("\n", 1))
    if ran.returncode or not ran.stdout:
        raise SourceRefused.damaged("The HEIC photo is damaged or cut short.")
    return ran.stdout


def convert(body: bytes, *, lossless: bool = False) -> bytes:
    """The same in this process, which a hostile file may crash."""
    return _encoded(*_decoded(body), lossless=lossless)


def _decoded(body: bytes) -> tuple[Image.Image, dict[str, Any]]:
    """The primary picture in 8 bits and upright: libheif applies ``irot`` and ``imir``, and by its standard EXIF turns
    nothing. Beside it, what the file says of it."""
    import pillow_heif  # only this process has it

    pillow_heif.options.DECODE_THREADS = 1
    file = pillow_heif.open_heif(BytesIO(body), convert_hdr_to_8bit=True)
    picture: HeifImage = file[file.primary_index]
    check_pixels(picture.size, load_policy())
    image = picture.to_pillow()
    return (image.convert("RGBA") if image.mode == "RGBa" else image), picture.info


def _encoded(image: Image.Image, facts: dict[str, Any], *, lossless: bool) -> bytes:
    options: dict[str, Any] = {"exif": _copyright(facts.get("exif")), "icc_profile": _profile(facts)}
    image.info = {}
    output = BytesIO()
    if lossless or is_transparent(image):
        image.save(output, "PNG", **options)
    else:
        image.convert("L" if image.mode in ("L", "LA") else "RGB").save(output, "JPEG", **options, **_JPEG)
    return output.getvalue()


def _profile(facts: dict[str, Any]) -> bytes | None:
    """The profile, or one of the primaries and the curve that the file names instead."""
    if profile := facts.get("icc_profile"):
        return bytes(profile)
    numbers = facts.get("nclx_profile")
    return of_cicp(numbers["color_primaries"], numbers["transfer_characteristics"]) if numbers else None


def _copyright(exif: bytes | None) -> Image.Exif:
    """Of what the camera wrote down, who took the picture; never where."""
    read, kept = Image.Exif(), Image.Exif()
    try:
        read.load(exif or b"")
        if owner := read.get(_COPYRIGHT):
            kept[_COPYRIGHT] = str(owner).encode("latin-1", "replace")  # Pillow's reading of the bytes that were there
    except Exception:  # of all kinds, from damaged EXIF
        kept.clear()
    return kept


def _main() -> int:
    import resource  # not to be had on Windows, where Django may still run

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    try:
        made = convert(sys.stdin.buffer.read(), lossless="--lossless" in sys.argv)
    except SourceRefused as error:
        return _refuse(error)
    except MemoryError:
        return _refuse(SourceRefused.too_large("The HEIC photo needs more memory than there is."))
    except ImportError:
        return _refuse(SourceRefused.unsupported("This is a HEIC photo, which this server has no decoder for."))
    sys.stdout.buffer.write(made)
    return 0


def _refuse(error: SourceRefused) -> int:
    sys.stderr.write(f"{error.code}\n{error.message}")
    return _REFUSED


if __name__ == "__main__":
    sys.exit(_main())
