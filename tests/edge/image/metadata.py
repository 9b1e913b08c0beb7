"""Images with all metadata that their formats can hold: who made them, where, and with what."""

from __future__ import annotations

import struct
from typing import Any

from PIL import Image, PngImagePlugin, TiffImagePlugin

from tests.edge.image.pictures import noise, saved

CANARY = "CANARY"


NOTICE, CREATOR = "© 2026 Erna Müller", "Erna Müller"


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
