"""AVIF: every depth and chroma, turned by its own boxes, and refused for what it makes a decoder allocate."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image import verify
from edge.image.decode import avif
from tests.edge.image.pictures import POLICY, animation, corners, decoded, inspect, noise, pixel, quarters, saved

FILES = Path(__file__).with_name("files")
UPRIGHT = ["red", "green", "blue", "white"]


def stored(name: str) -> bytes:
    return (FILES / f"{name}.avif").read_bytes()


@pytest.mark.parametrize("bits", [8, 10, 12])
@pytest.mark.parametrize("chroma", ["420", "422", "444", "alpha"])
def test_every_depth_and_chroma_is_read(bits: int, chroma: str) -> None:
    image = decoded(stored(f"{bits}-{chroma}"))
    assert corners(image) == UPRIGHT
    assert pixel(image, 0.25, 0.25, "RGBA")[3] == (0 if chroma == "alpha" else 255)


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_grey_is_read(bits: int) -> None:
    image = decoded(stored(f"{bits}-400"))
    assert image.mode == "L"
    assert [pixel(image, x, y)[0] for y in (0.25, 0.75) for x in (0.25, 0.75)] == pytest.approx(
        [80, 126, 43, 255], abs=2
    )


@pytest.mark.parametrize("name", ["grid", "limited"])
def test_a_grid_and_a_limited_range_are_read(name: str) -> None:
    assert corners(decoded(stored(name))) == UPRIGHT


#: As Chromium shows them: anticlockwise quarter turns, then mirrored top to bottom (0) or left to right (1).
TURNED = {
    "irot0": "red green blue white",
    "irot1": "green white red blue",
    "irot2": "white blue green red",
    "irot3": "blue red white green",
    "irot0-imir0": "blue white red green",
    "irot0-imir1": "green red white blue",
    "irot1-imir0": "red blue green white",
    "irot1-imir1": "white green blue red",
    "irot2-imir0": "green red white blue",
    "irot2-imir1": "blue white red green",
    "irot3-imir0": "white green blue red",
    "irot3-imir1": "red blue green white",
}


@pytest.mark.parametrize("name", TURNED)
def test_its_boxes_turn_it(name: str) -> None:
    image = decoded(stored(name))
    assert corners(image) == TURNED[name].split()
    assert image.size == ((24, 32) if name[4] in "13" else (32, 24))


TIFF = b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 274, 3, 1, 6, 0, 0)


def with_exif(orientation: int, payload: bytes) -> bytes:
    """An AVIF whose boxes say ``orientation``, and its item of EXIF ``payload``."""
    exif = Image.Exif()
    exif[305] = "x" * 100
    exif[274] = orientation
    body = saved(quarters((32, 24)), "avif", exif=exif, quality=95, subsampling="4:4:4")
    start = body.index(b"mdat") + 4
    place = body.index(struct.pack(">I", start))
    moved = struct.pack(">II", len(body) + 8, len(payload))
    return body[:place] + moved + body[place + 8 :] + struct.pack(">I4s", 8 + len(payload), b"free") + payload


@pytest.mark.parametrize(
    "payload",
    [
        b"\0\0\0\0" + TIFF,
        b"\0\0\0\0Exif\0\0" + TIFF,
        b"\0\0\0\0IM*\0" + TIFF[4:],
        b"\0\0\0\0" + TIFF[:15],
        b"\xff" * 40,
        b"",
    ],
    ids=["another orientation", "a header of its own", "no byte order", "cut short", "no sense", "nothing"],
)
def test_its_exif_neither_turns_nor_breaks_it(payload: bytes) -> None:
    """As in browsers; thumbor and immich turned such pictures twice."""
    assert corners(decoded(with_exif(1, payload))) == UPRIGHT
    assert corners(decoded(with_exif(8, payload))) == ["green", "white", "red", "blue"]


@pytest.mark.parametrize(
    ("body", "planes"),
    [
        (stored("8-420"), 1.5),
        (stored("8-444"), 3),
        (stored("10-400"), 2),
        (stored("10-420"), 3),
        (stored("12-444"), 6),
        (stored("10-alpha"), 6 + 2),
        (saved(noise((32, 24)), "avif", subsampling="4:2:0"), 1.5),
        (animation("avif", [noise((32, 24), seed=seed) for seed in range(3)], subsampling="4:2:0"), 1.5 * (1 + 2)),
        (animation("avif", [noise((32, 24), seed=seed) for seed in range(3)], subsampling="4:4:4"), 3 * (1 + 2)),
    ],
)
def test_what_its_planes_take_is_known_before_they_are_decoded(body: bytes, planes: float) -> None:
    """An animation's first picture is an item too; two of its frames are asked for."""
    assert avif.plane_bytes(body, (32, 24), 2) == planes * 32 * 24


def test_the_cells_of_a_grid_are_added_up() -> None:
    """And the canvas that they are put on, where there may be transparency too."""
    assert avif.plane_bytes(stored("grid"), (128, 128), 1) == 128 * 128 * 3 // 2 + 128 * 128 * 3


def refused(body: bytes, most: int = POLICY.max_source_pixels) -> SourceRefused:
    rules = replace(POLICY, max_source_pixels=most)
    with pytest.raises(SourceRefused) as caught:
        verify(body, rules)
    return caught.value


def test_one_that_says_it_is_small_is_refused_for_what_it_codes() -> None:
    body = saved(noise((640, 480)), "avif", subsampling="4:4:4", speed=10)
    lies = body.replace(struct.pack(">4s3I", b"ispe", 0, 640, 480), struct.pack(">4s3I", b"ispe", 0, 8, 8))
    assert inspect(lies, POLICY).width == 8
    error = refused(lies, most=640 * 480 // 2)
    assert (error.code, error.message) == (
        "source_too_large",
        "The AVIF file holds 1 MB of coded pixels; at most 1 MB are taken.",
    )
    assert verify(lies, replace(POLICY, max_source_pixels=640 * 480)).width == 8


class Bits:
    """Writes a header of AV1: https://aomediacodec.github.io/av1-spec/#obu-syntax"""

    def __init__(self, *fields: tuple[int, int]) -> None:
        self.text = "".join(format(value, f"0{bits}b") for value, bits in fields)

    def unit(self, kind: int) -> bytes:
        text = self.text + "1"
        text += "0" * (-len(text) % 8)
        return bytes([kind << 3 | 2, len(text) // 8]) + int(text, 2).to_bytes(len(text) // 8)


def stream(own_size: int) -> bytes:
    """One of 64 × 64 whose frame may say another size, in 16 bits a side."""
    sequence = Bits((0, 24), (8, 5), (0, 1), (15, 4), (15, 4), (63, 16), (63, 16), (0, 30))
    frame = Bits((0, 3), (1, 1), (1, 1), (own_size, 1), (15999, 16), (15999, 16))
    return sequence.unit(1) + frame.unit(6)


def holding(data: bytes) -> bytes:
    """An AVIF of 64 × 64 whose stream is another."""
    body = saved(Image.new("RGB", (64, 64)), "avif")
    start = body.index(b"mdat") + 4
    place = struct.pack(">II", start, len(body) - start)
    assert body.count(place) == 1
    return (
        body[: start - 8].replace(place, struct.pack(">II", start, len(data)))
        + struct.pack(">I4s", 8 + len(data), b"mdat")
        + data
    )


def test_a_frame_with_a_size_of_its_own_counts_as_the_biggest_that_it_can_say() -> None:
    """dav1d takes it, though AV1 forbids that it is above the sequence's."""
    assert avif.plane_bytes(holding(stream(0)), (64, 64), 1) == 64 * 64 * 3 // 2
    assert refused(holding(stream(1))).code == "source_too_large"


def test_a_frame_that_is_not_shown_counts_too() -> None:
    assert avif.plane_bytes(holding(stream(0) * 7), (64, 64), 1) == 7 * 64 * 64 * 3 // 2


def box(kind: bytes, *content: bytes) -> bytes:
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


HEAD = box(b"ftyp", b"avif\0\0\0\0avifmif1miaf")
INFE = box(b"infe", b"\2\0\0\0\0\1\0\0av01\0")
IINF = box(b"iinf", b"\0\0\0\0\0\1", INFE)


def located(*pieces: tuple[int, int]) -> bytes:
    """A file whose first item lies in these pieces."""
    places = b"".join(struct.pack(">2I", *piece) for piece in pieces)
    return HEAD + box(
        b"meta", bytes(4), IINF, box(b"iloc", b"\0\0\0\0\x44\0\0\1\0\1\0\0", struct.pack(">H", len(pieces)), places)
    )


TRACK = box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", box(b"stsd", bytes(8), box(b"av01", bytes(78)))))))
SAMPLES = (
    box(b"stsz", bytes(4), struct.pack(">2I", 0, 1 << 31)),
    box(b"stsc", bytes(8), struct.pack(">3I", 1, 1 << 31, 1)),
)
ENDLESS = box(b"stsd", bytes(8), box(b"av01", bytes(78))), *SAMPLES, box(b"stco", bytes(4), b"\xff" * 4, bytes(400))
HOSTILE = {
    "boxes without end": HEAD + box(b"free") * 30_000,
    "boxes without size": HEAD + struct.pack(">I4s", 4, b"free") * 30_000,
    "units without end": located((len(located((0, 0))), 1 << 31)) + b"\x12\0" * 30_000,
    "pieces without end": located(*[(0, 0)] * 30_000),
    "the same piece again and again": located(*[(0, 1 << 31)] * 100),
    "tracks without end": HEAD + box(b"moov", TRACK * 100),
    "chunks without end": HEAD
    + box(
        b"moov",
        box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", *ENDLESS[:1], box(b"stco", bytes(4), b"\xff" * 4))))),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_made_to_keep_a_reader_busy_is_refused(name: str) -> None:
    with pytest.raises(SourceRefused) as caught:
        avif.plane_bytes(HOSTILE[name], (64, 64), 10)
    assert caught.value.code == "source_damaged"
    assert "too many pieces" in caught.value.message or "lie over each other" in caught.value.message


LYING = {
    "a piece beyond the end": located((1 << 31, 1 << 31)),
    "no list of items": HEAD + box(b"meta", bytes(4), box(b"iloc", b"\0" * 8)),
    "a list that is cut short": HEAD + box(b"meta", bytes(4), IINF[:10]),
    "samples without end": HEAD + box(b"moov", box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", *ENDLESS))))),
    "a box of 2⁶³ bytes": HEAD + struct.pack(">I4sQ", 1, b"meta", 1 << 63) + bytes(4),
    "a box to the end": HEAD + struct.pack(">I4s", 0, b"meta") + bytes(4),
    "a stream of zeros": located((len(located((0, 0))), 1 << 31)) + bytes(1000),
    "a size of many bytes": located((len(located((0, 0))), 50)) + b"\x0a" + b"\xff" * 100,
    "nothing": b"",
}


@pytest.mark.parametrize("name", LYING)
def test_what_lies_elsewhere_is_not_there(name: str) -> None:
    assert avif.plane_bytes(LYING[name], (64, 64), 10) == 0
    assert avif.nclx(LYING[name]) is None
    assert avif.without_exif(LYING[name]) == LYING[name]


@pytest.mark.parametrize("name", ["8-420", "irot1-imir1"])
def test_any_byte_may_be_wrong(name: str) -> None:
    """Whatever stands there, the answer is a number or a refusal."""
    body = stored(name)
    for position in range(0, len(body), 2):
        for value in (0, 255, body[position] ^ 0x40):
            changed = body[:position] + bytes([value]) + body[position + 1 :]
            try:
                assert avif.plane_bytes(changed, (32, 24), 3) >= 0
                avif.nclx(changed)
            except SourceRefused as error:
                assert error.code == "source_damaged"


def test_the_meaning_of_colours_is_the_files_word_or_that_of_its_stream() -> None:
    said = stored("10-444")
    assert avif.nclx(said) == (1, 13, 6, True)
    assert avif.nclx(stored("limited")) == (1, 13, 6, False)
    primaries = said.replace(b"colrnclx" + struct.pack(">3H", 1, 13, 6), b"colrnclx" + struct.pack(">3H", 9, 16, 9))
    assert avif.nclx(primaries) == (9, 16, 9, True)
    assert avif.nclx(primaries.replace(b"colrnclx", b"freenclx")) == (1, 13, 6, True)
    assert avif.nclx(animation("avif", [noise((32, 24), seed=seed) for seed in range(2)]))[:2] == (1, 13)  # type: ignore[index]


def test_what_must_be_scaled_to_the_size_of_the_file_counts_twice() -> None:
    body = saved(noise((64, 48)), "avif", subsampling="4:4:4")
    assert avif.plane_bytes(body, (64, 48), 1) == 3 * 64 * 48
    assert avif.plane_bytes(body, (32, 24), 1) == 3 * 64 * 48 + 6 * 32 * 24
