"""JPEG: each kind that is supported, read to its pixels, and no larger than needed."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageStat

from edge.image import Source, verify
from edge.image.decode.opening import open_source
from tests.edge.image.decode.support import FILES, refusal
from tests.edge.image.encoders import jpeg_segment, lossless_jpeg
from tests.edge.image.pictures import POLICY, animation, corners, decoded, inspect, noise, quarters, saved, variant
from tests.edge.image.quartered import PICTURE, SIZE, UPRIGHT

MANY_SCANS = "The JPEG file has more than 64 scans. Save it again with another program."
JPEGS = {
    **{
        f"{chroma} {'progressive' if progressive else 'baseline'}": saved(
            PICTURE, "jpeg", quality=95, subsampling=chroma, progressive=progressive
        )
        for chroma in ("4:4:4", "4:2:2", "4:2:0", "4:1:1")
        for progressive in (False, True)
    },
    "without a change of colours": saved(PICTURE, "jpeg", quality=95, keep_rgb=True),
    "CMYK, inverted as by Adobe": saved(PICTURE.convert("CMYK"), "jpeg", quality=95),
    **{name: (FILES / f"{name}.jpg").read_bytes() for name in ("arithmetic", "arithmetic-progressive", "restart")},
}


@pytest.mark.parametrize("name", JPEGS)
def test_each_kind_is_read(name: str) -> None:
    assert corners(decoded(JPEGS[name])) == UPRIGHT


def test_grey_stays_grey() -> None:
    assert decoded(saved(PICTURE.convert("L"), "jpeg")).mode == "L"


def test_ycck_is_read() -> None:
    """Written as CMYK, then marked as YCCK."""
    luma_chroma = Image.merge("RGB", [band.point(lambda value: 255 - value) for band in PICTURE.split()]).convert(
        "YCbCr"
    )
    planes = [band.point(lambda value: 255 - value) for band in luma_chroma.split()]
    body = saved(Image.merge("CMYK", [*planes, Image.new("L", SIZE)]), "jpeg", quality=95, subsampling=0)
    at = body.index(b"Adobe") + 11
    assert body[at] == 0
    assert corners(decoded(body[:at] + b"\2" + body[at + 1 :])) == UPRIGHT


def test_cmyk_without_adobes_marker_is_read_like_cmyk_with_it() -> None:
    """As browsers do."""
    body = saved(PICTURE.convert("CMYK"), "jpeg", quality=95)
    start = body.index(b"\xff\xee")
    assert corners(decoded(body[:start] + body[start + 16 :])) == UPRIGHT


def test_of_several_images_the_first_is_shown() -> None:
    body = animation("mpo", [PICTURE, Image.new("RGB", SIZE)])
    assert inspect(body, POLICY).frames == 1
    assert corners(decoded(body)) == UPRIGHT


def loaded(body: bytes, size: tuple[int, int]) -> tuple[Image.Image, int]:
    with open_source(body, POLICY) as file:
        return file.load((0, 0, *file.size), size)


@pytest.mark.parametrize(("width", "factor"), [(1000, 1), (700, 1), (400, 2), (100, 8)])
def test_it_is_decoded_no_larger_than_needed(width: int, factor: int) -> None:
    pixels, reduced = loaded(saved(quarters((1000, 750)), "jpeg"), (width, width * 3 // 4))
    assert (reduced, pixels.mode, pixels.width) == (factor, "RGB", 1000 // factor)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("options", [{}, {"keep_rgb": True}, {"progressive": True}, {"subsampling": 0}], ids=str)
def test_reduced_pixels_look_like_all_pixels(mode: str, options: dict[str, object]) -> None:
    image = noise((20, 15)).resize((1000, 750), Image.Resampling.BICUBIC).convert(mode)
    body = saved(image, "jpeg", quality=95, **options)
    small, big = decoded(body, width=100), decoded(saved(decoded(body), "png"), width=100)
    assert max(ImageStat.Stat(ImageChops.difference(small.convert("RGB"), big.convert("RGB"))).mean) < 3


def test_a_lossless_file_is_decoded_in_full() -> None:
    """It has no coefficients that could be skipped."""
    body = lossless_jpeg(400, 300, lambda x, y: (x // 2 + y // 4) % 256)
    pixels, reduced = loaded(body, (50, 38))
    assert (reduced, pixels.mode, pixels.size, pixels.getpixel((101, 90))) == (1, "L", (400, 300), 72)
    assert decoded(body, "jpeg").size == (400, 300)
    assert decoded(body, width=50).size == (50, 38)


def test_an_image_to_trim_is_decoded_in_full_and_once() -> None:
    framed = Image.new("RGB", (1000, 750), "white")
    framed.paste(quarters((500, 250)), (250, 250))
    result = decoded(saved(framed, "jpeg", quality=95), width=100, trim=20)
    assert result.size == (100, 50)


def with_scans(count: int) -> bytes:
    """A progressive JPEG with its last scan repeated ``count`` times."""
    whole = saved(quarters((64, 64)), "jpeg", progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * count + whole[-2:]


def test_hundreds_of_scans_are_refused() -> None:
    assert variant(with_scans(20), "jpeg", width=10).format == "jpeg"
    assert refusal(with_scans(300)).message == MANY_SCANS


def test_hundreds_of_scans_of_a_baseline_file_are_refused() -> None:
    """libjpeg reads all scans, too, if the first one has not all components."""
    grey = saved(Image.new("L", (64, 64)), "jpeg")
    scan = grey.index(b"\xff\xda")
    whole = saved(Image.new("RGB", (64, 64)), "jpeg", subsampling=0)
    parts = [grey[scan:-2].replace(b"\x01\x01\0", bytes([1, part, 0]), 1) for part in (1, 2, 3)]
    body = whole[: whole.index(b"\xff\xda")] + b"".join(parts) * 100 + b"\xff\xd9"
    assert refusal(body).message == MANY_SCANS


def test_a_cameras_mpo_is_a_still_jpeg() -> None:
    body = animation("mpo", [quarters((803, 601)), quarters((803, 601))])
    assert verify(body, POLICY) == Source("jpeg", 803, 601, 1)
    assert variant(body, "webp", width=100).width == 100


def test_as_many_scans_as_the_limit_are_accepted() -> None:
    own = with_scans(0).count(b"\xff\xda")
    assert verify(with_scans(64 - own), POLICY).format == "jpeg"
    assert refusal(with_scans(65 - own)).message == MANY_SCANS


_BASELINE = saved(PICTURE.convert("L"), "jpeg", quality=95)
_FRAME = _BASELINE.index(b"\xff\xc0")
_FRAME_END = _FRAME + 2 + int.from_bytes(_BASELINE[_FRAME + 2 : _FRAME + 4])


def with_marker(marker: int) -> bytes:
    """The frame announced by another marker."""
    return _BASELINE[: _FRAME + 1] + bytes((marker,)) + _BASELINE[_FRAME + 2 :]


def hierarchical() -> bytes:
    """A first frame, and one with differences from it; in front of both the size that they make together."""
    frame = _BASELINE[_FRAME + 4 : _FRAME_END]
    differences = jpeg_segment(0xC5, frame) + _BASELINE[_FRAME_END:]
    return _BASELINE[:_FRAME] + jpeg_segment(0xDE, frame) + _BASELINE[_FRAME:-2] + differences


def height_after_its_pixels() -> bytes:
    """The height is 0 in the frame, and follows the scan in a segment of its own (DNL)."""
    at = _FRAME + 5
    return _BASELINE[:at] + b"\0\0" + _BASELINE[at + 2 : -2] + jpeg_segment(0xDC, _BASELINE[at : at + 2]) + b"\xff\xd9"


REFUSED = {
    "12 bits": ((FILES / "12-bit.jpg").read_bytes(), "12 bits a channel"),
    "two channels": ((FILES / "two-channels.jpg").read_bytes(), "2 channels"),
    "JPEG-LS": ((FILES / "jpeg-ls.jpg").read_bytes(), "JPEG-LS coding"),
    "hierarchical": (hierarchical(), "hierarchical coding"),
    "no height": (height_after_its_pixels(), "a height that follows its pixels"),
    **{f"frame {marker:X}": (with_marker(marker), "hierarchical coding") for marker in (0xC5, 0xC6, 0xC7, 0xCD, 0xCE)},
    "frame CB": (with_marker(0xCB), "lossless arithmetic coding"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_browser_reads_is_refused_by_its_name(name: str) -> None:
    body, feature = REFUSED[name]
    error = refusal(body)
    assert (error.code, error.message) == (
        "source_unsupported",
        f"The JPEG file uses {feature}, which is not supported. Save it as a baseline JPEG with 8 bits a channel.",
    )
