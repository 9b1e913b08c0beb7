"""From bytes to an opened picture. What a file is, is read from the file, never from its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, JpegImagePlugin

from edge.contract.errors import EdgeError, SourceRefused
from edge.contract.formats import label_of
from edge.contract.policy import Policy
from edge.image import pillow_compat
from edge.image.decode import apng, avif, bmp, detect, gif, limits, tiff
from edge.image.geometry import EXIF_ORIENTATIONS, Orientation

_PLUGINS: Mapping[str, Callable[[BytesIO], Image.Image]] = {
    "jpeg": pillow_compat.JpegFile,
    "webp": pillow_compat.WebPFile,
}
#: Formats that are read here before or instead of Pillow: bytes and how many frames to look for, to a picture.
_READERS: Mapping[str, Callable[[bytes, int], Image.Image]] = {
    "png": apng.opened,
    "gif": gif.opened,
    "tiff": tiff.opened,
    "bmp": bmp.opened,
}
_ORIENTATION = 274

#: Their decoders, and the canvas of a GIF, keep up to sixteen bytes for each pixel, where others are content with six
#: or eight.
_HUNGRY = frozenset({"webp", "avif", "gif"})


@dataclass(frozen=True, slots=True)
class Source:
    """What a file is. Pixels are those after EXIF orientation; a still picture has one frame.

    A GIF's and a PNG's frames are counted to one above the policy's ``max_frames``.
    """

    format: str
    width: int
    height: int
    frames: int

    def moves_within(self, policy: Policy) -> bool:
        """Whether this is an animation that is short enough to be made as one; of others the first frame is taken."""
        pixels = self.frames * self.width * self.height
        return 1 < self.frames <= policy.max_frames and pixels <= policy.max_animation_pixels


def verify(body: bytes, policy: Policy) -> Source:
    """What ``body`` is, every pixel of it decoded. Raises `SourceRefused`, also where the file is cut short."""
    with opened(body, policy) as (image, source), refusing(source.format):
        image.load()
        for frame in range(source.frames if source.moves_within(policy) else 0):
            load_frame(image, frame, policy)
        return source


def load_frame(image: Image.Image, frame: int, policy: Policy) -> None:
    """Decodes one frame. What was counted before is what a careful reader finds; Pillow may find more in it."""
    image.seek(frame)
    check_pixels(image.size, policy)
    image.load()


@contextmanager
def opened(body: bytes, policy: Policy) -> Iterator[tuple[Image.Image, Source]]:
    """The opened picture, none of whose pixels is decoded yet, and what it is. Raises `SourceRefused`."""
    if len(body) > policy.max_source_bytes:
        raise SourceRefused.too_large(f"The file has more than {policy.max_source_bytes / 2**20:g} MB.")
    kind = detect.kind(body)
    limits.check(body, kind)
    # Pillow allocates a WebP's canvas when it opens the file, so its size must be known before.
    check_pixels(detect.webp_canvas(body) if kind == "webp" else (1, 1), policy, kind)
    try:
        with refusing(kind):
            image = _open(body, kind, policy)
        with image:
            if not all(image.size):
                raise SourceRefused.damaged(f"The {label_of(kind)} file is damaged: it has no pixels.")
            with refusing(kind):
                check_pixels(image.size, policy, kind, transparent=image.has_transparency_data)
            if isinstance(image, JpegImagePlugin.JpegImageFile):
                _check_scans(body, image, policy)
            with refusing(kind):
                source = _describe(image, kind)
            if kind == "avif":
                _check_planes(body, image.size, source.frames if source.moves_within(policy) else 1, policy)
            yield image, source
    except MemoryError:
        raise SourceRefused.too_large("The picture needs more memory than there is.") from None


def _open(body: bytes, kind: str, policy: Policy) -> Image.Image:
    """By the very plugin, so that nothing is opened as another kind than it was seen to be."""
    try:
        if kind == "avif":
            image = _open_avif(body)
            image.info["loop"] = avif.plays(body)
            return image
        if reader := _READERS.get(kind):
            return reader(body, policy.max_frames + 1)
        return _PLUGINS[kind](BytesIO(detect.webp_with_alpha(body) if kind == "webp" else body))
    except SyntaxError as error:  # Pillow's word for it
        raise SourceRefused.damaged(f"The {label_of(kind)} file is damaged: its header cannot be read.") from error


def _open_avif(body: bytes) -> Image.Image:
    """Without its EXIF where that breaks it: an AVIF is turned by its boxes alone, which Pillow gives as EXIF.

    https://aomediacodec.github.io/av1-avif/ (by way of MIAF, which it builds on)
    """
    try:
        return pillow_compat.AvifFile(BytesIO(body))
    except Exception:  # of all kinds, from Pillow's reader of EXIF
        return pillow_compat.AvifFile(BytesIO(avif.without_exif(body)))


def check_pixels(size: tuple[int, int], policy: Policy, kind: str = "", *, transparent: bool = False) -> None:
    """Raises `SourceRefused` where ``size`` has more pixels than the policy takes: half as many of some kinds, three
    quarters of what is transparent, since that is resized from a premultiplied copy."""
    width, height = size
    most, what = policy.max_source_pixels, "megapixels"
    if kind in _HUNGRY:
        most, what = most // 2, f"megapixels of {label_of(kind)}"
    elif transparent:
        most, what = most * 3 // 4, "megapixels with transparency"
    if width * height > most:
        raise SourceRefused.too_large(
            f"{width} × {height} = {width * height / 1e6:,.0f} {what}; at most {most / 1e6:,.0f} are taken."
        )


def _check_scans(body: bytes, image: JpegImagePlugin.JpegImageFile, policy: Policy) -> None:
    """Raises `SourceRefused` where a JPEG in scans takes too much time, or, beside its pixels of four bytes, too much
    memory: until the last scan is read all coefficients are kept, two bytes each."""
    if "progression" not in image.info and not detect.has_scans(body, len(image.getbands())):
        return
    detect.check_jpeg_scans(body)
    across, down = (max(1, *(layer[side] for layer in image.layer)) for side in (1, 2))
    samples = sum(layer[1] * layer[2] for layer in image.layer) / (across * down)
    most = int(8 * policy.max_source_pixels / (4 + 2 * samples))
    if image.width * image.height > most:
        raise SourceRefused.too_large(
            f"{image.width} × {image.height} = {image.width * image.height / 1e6:,.0f} megapixels of progressive JPEG; "
            f"at most {most / 1e6:,.0f} of this kind are taken. Save it as a baseline JPEG."
        )


def _check_planes(body: bytes, size: tuple[int, int], frames: int, policy: Policy) -> None:
    """Raises `SourceRefused` where an AVIF's planes take more than those of the biggest picture that is taken: eight
    bytes a pixel, of 10 or 12 bit with all its colours and transparency."""
    taken, most = avif.plane_bytes(body, size, frames), 4 * policy.max_source_pixels
    if taken > most:
        raise SourceRefused.too_large(
            f"The AVIF file holds {taken / 1e6:,.0f} MB of coded pixels; at most {most / 1e6:,.0f} MB are taken."
        )


@contextmanager
def refusing(kind: str) -> Iterator[None]:
    """Turns whatever Pillow raises on broken input into `SourceRefused`.

    All exceptions, since its parsers, fed bytes that somebody made up, raise nearly all there are.
    """
    try:
        yield
    except (EdgeError, MemoryError):
        raise
    except Exception as error:
        if "MAX_TEXT" in str(error):  # no other sign tells it from damage
            raise SourceRefused.too_large("The PNG file holds too much text: save it without metadata.") from None
        raise SourceRefused.damaged(f"The {label_of(kind)} file is damaged or cut short.") from error


def orientation_of(image: Image.Image) -> Orientation:
    """How the decoded pixels must be turned to stand upright. Damaged EXIF says nothing."""
    if image.format == "TIFF":  # Pillow turns these itself
        return Orientation()
    exif = pillow_compat.Exif()
    try:
        exif.load(image.info.get("exif", b""))
        return EXIF_ORIENTATIONS.get(exif.get(_ORIENTATION, 1), Orientation())
    except Exception:
        return Orientation()


def _describe(image: Image.Image, kind: str) -> Source:
    width, height = orientation_of(image).size(image.size)
    # A JPEG's or TIFF's further pictures are previews and pages, not movement.
    frames = 1 if kind in ("jpeg", "tiff") else int(getattr(image, "n_frames", 1))
    return Source(kind, width, height, max(1, frames))
