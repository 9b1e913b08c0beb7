"""Whole URLs through the gateway: every documented one shows an image, and none that can be made up is our fault."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from edge.contract.original import OriginalFacts, original_object_key
from edge.sih.edit_table import EDITS
from edge.sih.thumbor_filters import FILTERS
from edge.storage.objects.location import open_store
from tests.edge.events import function_url
from tests.edge.gateways import loaded_gateway
from tests.edge.image.pictures import noise, saved
from tests.edge.sih.vectors import BUCKETS, CASES, SihCase, meaning

Answer = Callable[[str, str], Any]
#: Keys that are no assets' here, although that product can have them: they have no image extension.
NO_ASSETS = ("beach", "MTIzNDU=")


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answer]:
    """Asks a gateway whose buckets hold an image under every key of the vectors."""
    folder = tmp_path_factory.mktemp("sih")
    metadata = OriginalFacts("00000001", faces=((100, 100, 300, 300), (500, 500, 200, 200))).as_metadata()
    store = open_store(folder.as_uri())
    keys = {case.wanted["key"] for case in CASES if "key" in case.wanted} | {"folder/logo.png", "logo.png"}
    for key in sorted(keys):
        body, kind = saved(noise((400, 300)), "jpeg"), "image/jpeg"
        store.put(original_object_key(key), body, content_type=kind, metadata=metadata)
    given = {"path": "/sih", "buckets": dict.fromkeys(BUCKETS, "")}
    with loaded_gateway(IMAGEHUB_STORE=folder.as_uri(), IMAGEHUB_SIH=json.dumps(given)) as gateway:

        def answer(path: str, query: str) -> Any:
            event = function_url("/sih" + quote(path, safe="/=+:(),;"), query=None)
            event["rawQueryString"] = quote(query, safe='=&%[],.:/"')
            return gateway.handler(event, None)

        yield answer


@pytest.mark.parametrize("case", [each for each in CASES if "rule" not in each.wanted], ids=lambda case: case.name)
def test_a_documented_url_shows_an_image_or_its_error(case: SihCase, answer: Answer) -> None:
    reply = answer(case.path, case.query)
    told = meaning(case)
    if isinstance(told, list):
        assert [reply["statusCode"], json.loads(reply["body"])["code"]] == told
    elif case.wanted["key"] in NO_ASSETS:
        assert reply["statusCode"] == 404
    else:
        assert reply["statusCode"] == 200, reply["body"]
        Image.open(BytesIO(b64decode(reply["body"]))).load()


NUMBERS = st.integers(-5, 500) | st.floats(-2, 300) | st.sampled_from(["10", "5p", "-3", "x", 1e300, 10**30])
ARGUMENTS = st.sampled_from(
    [
        *("width", "height", "fit", "ratio", "position", "background", "left", "top", "threshold", "quality", "sigma"),
        *("kernel", "faceIndex", "padding", "rx", "ry", "bucket", "key", "alpha", "wRatio", "hRatio", "options"),
        *("lower", "upper", "brightness", "hue", "scale", "offset", "r", "g", "b", "withoutEnlargement"),
    ]
)
WORDS = st.sampled_from(["cover", "contain", "inside", "red", "#fff", "photos", "logo.png"])
VALUES = st.recursive(
    NUMBERS
    | st.booleans()
    | st.none()
    | st.sampled_from(["cover", "contain", "inside", "red", "#fff", "photos", "logo.png"]),
    lambda inner: st.dictionaries(ARGUMENTS, inner, max_size=5) | st.lists(inner, max_size=9),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(sorted(EDITS)), VALUES, max_size=5),
    st.none() | st.sampled_from(["jpeg", "png", "webp", "gif", "raw"]),
)
def test_no_edits_are_our_fault(answer: Answer, edits: dict[str, Any], output: str | None) -> None:
    document = {"key": "beach.jpg", "edits": edits, "outputFormat": output}
    reply = answer("/" + b64encode(json.dumps(document).encode()).decode(), "")
    assert reply["statusCode"] in (200, 400, 403, 404), (reply["body"], edits)


@settings(max_examples=60)
@given(
    st.lists(
        st.builds("{}({})".format, st.sampled_from(sorted(FILTERS)), st.text("0123456789,.;-pfr", max_size=8)),
        max_size=4,
    ),
    st.sampled_from(["", "/40x30", "/fit-in/40x30", "/0x20", "/1x1:90x90", "/0x0:9999x9"]),
)
def test_no_filters_are_our_fault(answer: Answer, filters: list[str], size: str) -> None:
    spelled = f"/filters:{':'.join(filters)}" if filters else ""
    reply = answer(f"{size}{spelled}/beach.jpg", "")
    assert reply["statusCode"] in (200, 400, 403, 404), (reply["body"], filters, size)
