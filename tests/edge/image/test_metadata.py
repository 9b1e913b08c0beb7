"""Nothing that an original says of itself goes out, but the copyright line where an operator asks for it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin

from edge.contract.recipe import make_recipe
from edge.contract.variant_key import CLASSES
from edge.image import render
from edge.image.decode.copyright import Credit
from tests.edge.image.encoders import HEIGHT, WIDTH, tiff
from tests.edge.image.pictures import POLICY, animation, noise, saved, variant

CANARY = "CANARY"
NOTICE, CREATOR = "© 2026 Erna Müller", "Erna Müller"
NAMING = replace(POLICY, copyright=True)


def xmp(rights: str = CANARY, creators: tuple[str, ...] = (CANARY,), credit: str = CANARY, before: str = "") -> bytes:
    names = "".join(f"<rdf:li>{name}</rdf:li>" for name in creators)
    return f"""{before}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
        xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">
        <rdf:Description photoshop:Credit="{credit}" photoshop:City="{CANARY}">
        <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{rights}</rdf:li><rdf:li xml:lang="de">{CANARY}</rdf:li>
        </rdf:Alt></dc:rights><dc:creator><rdf:Seq>{names}</rdf:Seq></dc:creator></rdf:Description>
        </rdf:RDF></x:xmpmeta>""".encode()


def iim(fields: dict[int, str]) -> bytes:
    return b"".join(
        struct.pack(">BBBH", 0x1C, 2, dataset, len(text.encode())) + text.encode() for dataset, text in fields.items()
    )


def photoshop(data: bytes) -> bytes:
    """A JPEG's segment of Photoshop's, with one resource."""
    resource = b"Photoshop 3.0\0" + b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(data)) + data + b"\0" * (len(data) % 2)
    return b"\xff\xed" + struct.pack(">H", len(resource) + 2) + resource


def exif(fields: dict[int, object] | None = None) -> bytes:
    """Of a camera that knows where it was."""
    tags = Image.Exif()
    tags.update({270: CANARY, 271: CANARY, 305: CANARY, **(fields or {})})
    tags.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 0.0), 27: CANARY.encode()})
    tags.get_ifd(0x8769).update({0x9286: CANARY.encode(), 0x927C: CANARY.encode()})
    return tags.tobytes()


SAID: dict[int, object] = {315: CREATOR.encode(), 33432: NOTICE.encode()}


def stuffed(name: str, fields: dict[int, object] | None = None) -> bytes:
    """A picture with all that its format can carry."""
    everything: dict[str, Any] = {"exif": exif(fields), "xmp": xmp(), "icc_profile": CANARY.encode() * 40}
    image = noise((40, 30))
    match name:
        case "jpeg":
            body = saved(image, "jpeg", comment=CANARY, **everything)
            return body[:2] + photoshop(iim({5: CANARY, 116: CANARY})) + body[2:]
        case "png":
            info = PngImagePlugin.PngInfo()
            info.add_text("Author", CANARY)
            info.add_text("Comment", CANARY * 9, zip=True)
            info.add_itxt("XML:com.adobe.xmp", xmp().decode())
            info.add(b"tIME", bytes([7, 234, 11, 23, 12, 0, 0]))
            everything.pop("xmp")
            return saved(image, "png", pnginfo=info, **everything)
        case "gif":
            return saved(image, "gif", comment=CANARY.encode())
        case "tiff":
            tags = TiffImagePlugin.ImageFileDirectory_v2()
            tags[270], tags[305], tags[700] = CANARY, CANARY, xmp()
            tags.update(fields or {})
            return saved(image, "tiff", tiffinfo=tags, icc_profile=everything["icc_profile"])
        case _:
            return saved(image, name, **everything)


def chunks(body: bytes, start: int, order: str, *, trailer: int) -> Iterator[str]:
    """The types of PNG's chunks, or of RIFF's."""
    position = start
    while position < len(body):
        first, second = body[position : position + 4], body[position + 4 : position + 8]
        size, kind = (first, second) if order == ">" else (second, first)
        yield kind.decode()
        length = struct.unpack(f"{order}I", size)[0]
        position += 8 + length + trailer + (length % 2 if order == "<" else 0)


def segments(body: bytes) -> Iterator[int]:
    position = 2
    while body[position + 1] != 0xDA:
        yield body[position + 1]
        position += 2 + struct.unpack(">H", body[position + 2 : position + 4])[0]


def carries_metadata(body: bytes, name: str) -> set[str]:
    """The parts of a file that are not needed to show it."""
    match name:
        case "jpeg":
            return {f"{kind:x}" for kind in segments(body)} - {"e0", "db", "c0", "c2", "c4", "dd"}
        case "png":
            found = set(chunks(body, 8, ">", trailer=4))
            return found - {"IHDR", "PLTE", "tRNS", "IDAT", "IEND", "sRGB"}
        case "webp":
            return set(chunks(body, 12, "<", trailer=0)) - {"VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF"}
        case "avif":
            return {kind.decode() for kind in (b"Exif", b"mime", b"prof", b"rICC", b"uuid") if kind in body}
        case _:
            return {"comment"} if b"!\xfe" in body else set()


SOURCES = ["jpeg", "png", "webp", "avif", "tiff", "gif"]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("format_class", CLASSES)
def test_no_metadata_goes_out(source: str, format_class: str) -> None:
    body = stuffed(source, SAID)
    assert CANARY.encode() in body
    for options in ({}, {"width": 20, "blur": 1}, {"rotate": 30, "bg": "00000000"}):
        made = render(body, make_recipe(options), format_class, policy=POLICY)
        assert CANARY.encode() not in made.body
        assert b"Erna" not in made.body
        assert carries_metadata(made.body, made.format) == set()


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "gif"])
def test_what_carries_metadata_is_recognised(name: str) -> None:
    """Else the test above could not fail."""
    assert carries_metadata(stuffed(name), name)


@pytest.mark.parametrize("source", ["gif", "webp", "png"])
@pytest.mark.parametrize("format_class", ["webp", "gif"])
def test_no_metadata_goes_out_with_animations(source: str, format_class: str) -> None:
    frames = [noise((20, 20), seed=seed) for seed in range(3)]
    extra: dict[str, Any] = {"comment": CANARY.encode()} if source == "gif" else {"exif": exif(SAID)}
    body = animation(source, frames, duration=100, **extra)
    assert CANARY.encode() in body
    made = variant(body, format_class)
    assert getattr(Image.open(BytesIO(made.body)), "n_frames", 1) == 3
    assert CANARY.encode() not in made.body
    assert carries_metadata(made.body, made.format) == set()


def credit(body: bytes, format_class: str = "jpeg") -> Credit:
    """What a variant says, when it may."""
    made = render(body, make_recipe({"width": 20}), format_class, policy=NAMING)
    assert CANARY.encode() not in made.body
    tags = dict(Image.open(BytesIO(made.body)).getexif())
    texts = {tag: value.encode("latin-1").decode() for tag, value in tags.items()}
    assert set(texts) <= {315, 33432}
    return Credit(texts.get(33432, ""), texts.get(315, ""))


@pytest.mark.parametrize("source", ["jpeg", "png", "webp", "avif", "tiff"])
@pytest.mark.parametrize("format_class", ["jpeg", "png", "webp", "avif"])
def test_the_copyright_line_goes_out_where_it_is_asked_for(source: str, format_class: str) -> None:
    assert credit(stuffed(source, SAID), format_class) == Credit(NOTICE, CREATOR)


@pytest.mark.parametrize("source", ["webp", "png"])
def test_an_animation_says_it_too(source: str) -> None:
    frames = [noise((40, 30), seed=seed) for seed in range(3)]
    body = animation(source, frames, exif=exif({33432: NOTICE.encode(), 315: CREATOR.encode(), 271: CANARY.encode()}))
    assert credit(body, "webp") == Credit(NOTICE, CREATOR)


def test_nothing_to_say_is_nothing_said() -> None:
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


def test_each_place_is_read_and_the_first_wins() -> None:
    said = xmp("of XMP", ("one", "two"), "agency")
    assert credit(plain(xmp=said)) == Credit("of XMP", "one; two")
    assert credit(with_iim({116: "of IIM", 80: "photographer"}, xmp=said)) == Credit("of IIM", "photographer")
    assert credit(with_iim({116: "of IIM"}, exif=exif({33432: "of EXIF"}))) == Credit("of EXIF", "")
    blank = exif({33432: "      ", 315: "\0"})
    assert credit(with_iim({116: "of IIM"}, exif=blank, xmp=said)) == Credit("of IIM", "one; two")


def test_who_is_to_be_named_stands_in_for_who_made_it() -> None:
    assert credit(plain(xmp=xmp("all rights reserved", (), "An agency"))) == Credit("all rights reserved", "An agency")
    assert credit(with_iim({110: "An agency"})) == Credit("", "An agency")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [1, 4, 7])
def test_a_tiff_says_it_in_bytes_or_in_numbers_of_four(kind: int, order: str) -> None:
    data = iim({116: "of IIM", 80: "photographer"})
    data += bytes(-len(data) % 4)
    tags: dict[str, int | list[int]] = {"t258": 8, "t262": 1}
    body = tiff([bytes(WIDTH * HEIGHT)], order, **tags, t33723=0)
    at = body.index(struct.pack(order + "H", 33723))
    entry = struct.pack(order + "HHII", 33723, kind, len(data) // (4 if kind == 4 else 1), len(body))
    assert credit(body[:at] + entry + body[at + 12 :] + data) == Credit("of IIM", "photographer")


def test_old_files_are_in_latin_1() -> None:
    body = plain(exif=exif({33432: NOTICE.encode("latin-1")}))
    assert credit(body).copyright == NOTICE


def test_a_line_is_one_line_and_has_an_end() -> None:
    assert (
        credit(plain(exif=exif({33432: b"Erna\nM\x1b[31m\0\xe2\x80\xaeeditor\r\n"}))).copyright == "Erna M [31m editor"
    )
    long = credit(plain(xmp=xmp("x" * 60_000, (), ""))).copyright
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
def test_hostile_xmp_says_nothing(hostile: bytes) -> None:
    assert credit(plain(xmp=hostile)) == Credit()


@pytest.mark.parametrize("end", range(5, 40, 3))
def test_iim_that_is_cut_short_says_what_it_can(end: int) -> None:
    data = iim({116: "the notice", 80: "photographer"})[:end]
    body = plain()
    assert credit(body[:2] + photoshop(data) + body[2:]).copyright in ("", "the notice"[: max(0, end - 5)])


def test_a_compressed_text_is_no_way_round() -> None:
    """What zlib packs would hide a canary from the other tests."""
    made = variant(stuffed("png"), "png")
    assert all(CANARY.encode() not in part for part in inflated(made.body))
    assert any(CANARY.encode() in part for part in inflated(stuffed("png")))


def inflated(body: bytes) -> Iterator[bytes]:
    for start in range(len(body) - 1):
        if body[start] == 0x78:
            try:
                yield zlib.decompressobj().decompress(body[start:])
            except zlib.error:
                continue
