"""SVG drawings are recognized however they are written, and their refusal says what to do."""

from __future__ import annotations

import codecs
import gzip
import json
from typing import Any

import pytest

from edge.image.decode.svg import ADVICE, is_svg
from tests.edge.image.decode.support import refusal

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n' + SVG
DOCTYPE = (
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [\n'
    '<!ENTITY ns "http://www.w3.org/2000/svg">\n]>\n<svg xmlns="&ns;"/>'
)
DRAWINGS: dict[str, bytes] = {
    "plain": SVG.encode(),
    "declared": DECLARED.encode(),
    "after space": b"\n\t " + SVG.encode(),
    "byte order mark": codecs.BOM_UTF8 + DECLARED.encode(),
    "UTF-16": DECLARED.encode("utf-16"),
    "UTF-16, big endian": codecs.BOM_UTF16_BE + DECLARED.encode("utf-16-be"),
    "UTF-16 without a mark": DECLARED.encode("utf-16-le"),
    "UTF-16 without a mark, big endian": DECLARED.encode("utf-16-be"),
    "UTF-32": DECLARED.encode("utf-32"),
    "Latin-1": b"<!-- \xe9 -->" + SVG.encode(),
    "comments": ("<!-- Generator: any --><!--a-->\n<!---->" + SVG).encode(),
    "a long licence": ("<!--" + "All rights reserved. " * 2500 + "-->" + SVG).encode(),
    "a style sheet": ('<?xml version="1.0"?><?xml-stylesheet href="a.css"?>' + SVG).encode(),
    "a document type with entities": DOCTYPE.encode(),
    "a document type without an end": b"<!DOCTYPE svg [",
    "a prefix": b'<svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>',
    "upper case": b"<SVG/>",
    "compressed": gzip.compress(DECLARED.encode()),
    "compressed, UTF-16": gzip.compress(DECLARED.encode("utf-16")),
    "compressed and cut short": gzip.compress(DECLARED.encode())[:-12],
}
OTHERS: dict[str, bytes] = {
    "a web page with a drawing": b"<!doctype html><body>" + SVG.encode(),
    "another document": b'<?xml version="1.0"?><rss><svg/></rss>',
    "a longer name": b"<svgfoo/>",
    "a comment without an end": b"<!-- " + SVG.encode(),
    "a drawing in a comment": b"<!-- " + SVG.encode() + b" -->",
    "text": b"svg <svg/>",
    "another compressed file": gzip.compress(b"hello"),
    "a damaged compressed file": gzip.compress(DECLARED.encode())[:10] + b"\xff" * 40,
    "nothing but space": b" " * 200_000,
    "nothing but comments": b"<!---->" * 200_000,
    "zeros": bytes(200_000),
    "compressed zeros": gzip.compress(bytes(50_000_000)),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_refused_with_what_to_do(name: str) -> None:
    error = refusal(DRAWINGS[name])
    assert error.code == "source_unsupported"
    assert error.message == f"This is an SVG drawing, which has no pixels to resize. {ADVICE}"


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_drawing_gets_another_message(name: str) -> None:
    assert not is_svg(OTHERS[name])
    assert "SVG" not in refusal(OTHERS[name]).message


def test_the_edge_answers_415_for_a_drawing_in_the_place_of_a_png(put_original: Any, fetch: Any) -> None:
    put_original(SVG.encode(), key="logo.png")
    response = fetch("w300", key="logo.png")
    answer = json.loads(response["body"])
    assert (response["status"], answer["code"]) == ("415", "source_unsupported")
    assert answer["message"].endswith(ADVICE)
