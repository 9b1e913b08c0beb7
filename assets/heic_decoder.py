"""Decoding a HEIC photo and encoding it as JPEG or PNG: docs/decisions/005-heic.md.

libheif and libde265 parse untrusted files in C++, so this runs in `assets.decoder_process` only.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image

from edge.contract.errors import SourceRefused
from edge.contract.policy import load_policy
from edge.image import check_pixels, is_transparent, profile_from_cicp

if TYPE_CHECKING:
    from pillow_heif import HeifImage

_COPYRIGHT = 33432
#: Scores above 90 (SSIMULACRA2) against the HEIC's own pixels.
_JPEG = {"quality": 95, "subsampling": "4:4:4", "optimize": True}


def convert(body: bytes, *, lossless: bool = False) -> bytes:
    """A JPEG of the HEIC's primary image, upright and with its profile; a PNG if it is transparent or ``lossless``.

    Raises `SourceRefused`.
    """
    try:
        return _encode(*_decode(body), lossless=lossless)
    except (SourceRefused, MemoryError):
        raise
    except ImportError:
        raise SourceRefused.unsupported("HEIC photos cannot be decoded on this server. Export it as JPEG.") from None
    except Exception as error:  # pillow-heif raises several kinds on damage
        raise SourceRefused.damaged("The HEIC photo is damaged or incomplete. Export or download it again.") from error


def _decode(body: bytes) -> tuple[Image.Image, dict[str, Any]]:
    """The primary image in 8 bits and upright, and its metadata.

    libheif applies ``irot`` and ``imir``. EXIF's orientation counts for nothing, as MIAF (ISO/IEC 23000-22) requires.
    """
    import pillow_heif  # an optional package

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
