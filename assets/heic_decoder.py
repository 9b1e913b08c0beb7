"""``python -m assets.heic_decoder``: reads a HEIC photo from stdin and writes a JPEG or PNG to stdout.

Exits with `REFUSED` if the photo cannot be converted. Then stderr has the error's code and message, a line each.
"""

from __future__ import annotations

import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image

from edge.contract.errors import SourceRefused
from edge.contract.policy import load_policy
from edge.image import check_pixels, is_transparent, profile_from_cicp

if TYPE_CHECKING:
    from pillow_heif import HeifImage

REFUSED = 3
#: Twice the time of 100 megapixels, and less than web servers wait for an answer.
TIMEOUT_SECONDS = 25
#: Twice the memory of 100 megapixels.
_MEMORY_BYTES = 3 << 30
_COPYRIGHT = 33432
#: Scores above 90 (SSIMULACRA2) against the HEIC's own pixels.
_JPEG = {"quality": 95, "subsampling": "4:4:4", "optimize": True}


def convert(body: bytes, *, lossless: bool = False) -> bytes:
    """As `assets.heic.convert_heic`, but in this process, which an untrusted file may crash."""
    return _encode(*_decode(body), lossless=lossless)


def _decode(body: bytes) -> tuple[Image.Image, dict[str, Any]]:
    """The primary image in 8 bits and upright, and its metadata.

    libheif applies ``irot`` and ``imir``. EXIF's orientation counts for nothing, as MIAF (ISO/IEC 23000-22) requires.
    """
    import pillow_heif  # an optional package; whether it is missing is `main`'s concern

    pillow_heif.options.DECODE_THREADS = 1
    file = pillow_heif.open_heif(BytesIO(body), convert_hdr_to_8bit=True)
    primary: HeifImage = file[file.primary_index]
    check_pixels(primary.size, load_policy())
    image = primary.to_pillow()
    return (image.convert("RGBA") if image.mode == "RGBa" else image), primary.info


def _encode(image: Image.Image, metadata: dict[str, Any], *, lossless: bool) -> bytes:
    options: dict[str, Any] = {"exif": _copyright(metadata.get("exif")), "icc_profile": _profile(metadata)}
    image.info = {}
    output = BytesIO()
    if lossless or is_transparent(image):
        image.save(output, "PNG", **options)
    else:
        image.convert("L" if image.mode in ("L", "LA") else "RGB").save(output, "JPEG", **options, **_JPEG)
    return output.getvalue()


def _profile(metadata: dict[str, Any]) -> bytes | None:
    """The ICC profile, or one built from the primaries and the transfer curve that the file names instead."""
    if profile := metadata.get("icc_profile"):
        return bytes(profile)
    nclx = metadata.get("nclx_profile")
    return profile_from_cicp(nclx["color_primaries"], nclx["transfer_characteristics"]) if nclx else None


def _copyright(exif: bytes | None) -> Image.Exif:
    """The copyright notice, and nothing else of the camera's EXIF, such as where the photo was taken."""
    source, kept = Image.Exif(), Image.Exif()
    try:
        source.load(exif or b"")
        if notice := source.get(_COPYRIGHT):
            kept[_COPYRIGHT] = str(notice).encode("latin-1", "replace")  # Pillow decoded the bytes as Latin-1
    except Exception:  # damaged EXIF raises errors of many kinds
        kept.clear()
    return kept


def main() -> int:
    """Convert stdin within the limits. Returns the exit code."""
    import resource  # does not exist on Windows, where the rest of Django may run

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (TIMEOUT_SECONDS, TIMEOUT_SECONDS))
    try:
        converted = convert(sys.stdin.buffer.read(), lossless="--lossless" in sys.argv)
    except SourceRefused as error:
        return _refuse(error)
    except MemoryError:
        text = "The HEIC photo needs more memory than this server allows. Make the image smaller."
        return _refuse(SourceRefused.too_large(text))
    except ImportError:
        return _refuse(SourceRefused.unsupported("HEIC photos cannot be decoded on this server. Export it as JPEG."))
    sys.stdout.buffer.write(converted)
    return 0


def _refuse(error: SourceRefused) -> int:
    sys.stderr.write(f"{error.code}\n{error.message}")
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
