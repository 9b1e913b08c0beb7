"""The copyright of an original, wherever its file states it."""

from __future__ import annotations

import struct
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from edge.contract.recipe import make_recipe
from edge.image import render
from edge.image.decode.copyright import Copyright
from tests.edge.image.encoders import HEIGHT, WIDTH, tiff
from tests.edge.image.metadata import CANARY, CREATOR, NOTICE, SAID, exif, iim, photoshop, stuffed, xmp
from tests.edge.image.pictures import POLICY, animation, noise, saved

NAMING = replace(POLICY, copyright=True)


def kept(body: bytes, format_class: str = "jpeg") -> Copyright:
    """The copyright in a variant by `NAMING`, whose policy keeps it."""
    made = render(body, make_recipe({"width": 20}), format_class, policy=NAMING)
    assert CANARY.encode() not in made.body
    tags = dict(Image.open(BytesIO(made.body)).getexif())
    texts = {tag: value.encode("latin-1").decode() for tag, value in tags.items()}
    assert set(texts) <= {315, 33432}
    return Copyright(texts.get(33432, ""), texts.get(315, ""))


@pytest.mark.parametrize("source", ["jpeg", "png", "webp", "avif", "tiff"])
@pytest.mark.parametrize("format_class", ["jpeg", "png", "webp", "avif"])
def test_the_copyright_is_kept_if_the_policy_says_so(source: str, format_class: str) -> None:
    assert kept(stuffed(source, SAID), format_class) == Copyright(NOTICE, CREATOR)


@pytest.mark.parametrize("source", ["webp", "png"])
def test_an_animation_keeps_it_too(source: str) -> None:
    frames = [noise((40, 30), seed=seed) for seed in range(3)]
    body = animation(source, frames, exif=exif({33432: NOTICE.encode(), 315: CREATOR.encode(), 271: CANARY.encode()}))
    assert kept(body, "webp") == Copyright(NOTICE, CREATOR)


def test_without_a_copyright_nothing_is_written() -> None:
    body = saved(noise((40, 30)), "jpeg")
    assert (
        render(body, make_recipe({}), "webp", policy=NAMING).body
        == render(body, make_recipe({}), "webp", policy=POLICY).body
    )


def plain(**options: Any) -> bytes:
    return saved(noise((40, 30)), "jpeg", **options)


def with_iim(fields: dict[int, str], **options: Any) -> bytes:
    body = plain(**options)
    return body[:2] + photoshop(iim(fields)) + body[2:]


def test_every_place_is_read_and_the_first_wins() -> None:
    said = xmp("of XMP", ("one", "two"), "agency")
    assert kept(plain(xmp=said)) == Copyright("of XMP", "one; two")
    assert kept(with_iim({116: "of IIM", 80: "photographer"}, xmp=said)) == Copyright("of IIM", "photographer")
    assert kept(with_iim({116: "of IIM"}, exif=exif({33432: "of EXIF"}))) == Copyright("of EXIF", "")
    blank = exif({33432: "      ", 315: "\0"})
    assert kept(with_iim({116: "of IIM"}, exif=blank, xmp=said)) == Copyright("of IIM", "one; two")


def test_the_credit_line_stands_in_for_the_creator() -> None:
    assert kept(plain(xmp=xmp("all rights reserved", (), "An agency"))) == Copyright("all rights reserved", "An agency")
    assert kept(with_iim({110: "An agency"})) == Copyright("", "An agency")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [1, 4, 7])
def test_a_tiff_has_it_in_bytes_or_in_32_bit_numbers(kind: int, order: str) -> None:
    data = iim({116: "of IIM", 80: "photographer"})
    data += bytes(-len(data) % 4)
    tags: dict[str, int | list[int]] = {"t258": 8, "t262": 1}
    body = tiff([bytes(WIDTH * HEIGHT)], order, **tags, t33723=0)
    at = body.index(struct.pack(order + "H", 33723))
    entry = struct.pack(order + "HHII", 33723, kind, len(data) // (4 if kind == 4 else 1), len(body))
    assert kept(body[:at] + entry + body[at + 12 :] + data) == Copyright("of IIM", "photographer")


def test_old_files_are_read_as_latin_1() -> None:
    body = plain(exif=exif({33432: NOTICE.encode("latin-1")}))
    assert kept(body).notice == NOTICE


def test_a_text_is_one_line_of_limited_length() -> None:
    assert kept(plain(exif=exif({33432: b"Erna\nM\x1b[31m\0\xe2\x80\xaeeditor\r\n"}))).notice == "Erna M [31m editor"
    long = kept(plain(xmp=xmp("x" * 60_000, (), ""))).notice
    assert len(long) == 256
    assert long.endswith("…")


BOMB = '<!DOCTYPE x [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "hostile",
    [
        xmp("&b;", (), "", BOMB),
        xmp("&b;", (), "", '<!DOCTYPE x SYSTEM "file:///etc/passwd">'),
        b"<" * 60_000,
        b"<a>" * 20_000,
        b"\xff\xfe\x00" * 99,
        b"",
    ],
)
def test_hostile_xmp_is_ignored(hostile: bytes) -> None:
    assert kept(plain(xmp=hostile)) == Copyright()


@pytest.mark.parametrize("end", range(5, 40, 3))
def test_iim_that_is_cut_off_is_read_up_to_there(end: int) -> None:
    data = iim({116: "the notice", 80: "photographer"})[:end]
    body = plain()
    assert kept(body[:2] + photoshop(data) + body[2:]).notice in ("", "the notice"[: max(0, end - 5)])
