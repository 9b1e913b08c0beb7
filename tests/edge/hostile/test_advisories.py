"""thumbor's four advisories of July 2026: none of the attacks works here. The one on patterns is in `test_patterns`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.contract import policy
from edge.contract.recipe import Recipe, make_recipe
from edge.contract.values import FITS
from edge.image.geometry import lay_out
from edge.image.transform.rotate import rotation_of
from infra.local.cloudfront import messages
from tests.edge.hostile.site import SMALL, Site, signed
from tests.edge.originals import decoded, jpeg


def test_cve_2026_53501_a_repeated_signature_does_not_sign_another_url(site: Site) -> None:
    """thumbor removed the signature from the URL with replace(), which removes every occurrence."""
    url = signed(blur=3)
    signature = url.rpartition("s=")[2]
    valid = site.view(url)
    assert isinstance(valid, messages.HttpRequest)
    forms = ("{}", "s={}", "&s={}", "&signature={}", "/{}/", "s={}&")
    texts = [form.format(signature) for form in forms]
    results = set()
    for text in texts:
        for position in range(1, len(url) + 1):
            viewed = site.view(url[:position] + text + url[position:])
            results.add(viewed.uri if isinstance(viewed, messages.HttpRequest) else "rejected")
    assert results == {"rejected"}
    for other in ("/b.jpg", f"/{signature}/a.jpg", f"/a.jpg{signature}.jpg", f"/{signature}a.jpg"):
        assert isinstance(site.view(other + url.removeprefix("/a.jpg")), messages.HttpResponse)


ENCODINGS = 4
TRAVERSALS = ["../", "..\\", "./", "/", "%2e%2e/", "..%2f", "%2e%2e%2f", "%c0%ae%c0%ae/", "..;/", "..%00/", ".%2e/"]
PATHS = ["{}secret.jpg", "{0}{0}secret.jpg", "b/{0}{0}secret.jpg", "b/{0}config/secret.jpg", "{}config/secret.jpg"]


@pytest.mark.parametrize("pattern", PATHS)
@pytest.mark.parametrize("traversal", TRAVERSALS)
def test_cve_2026_53502_no_encoding_of_a_path_leaves_its_folder(site: Site, traversal: str, pattern: str) -> None:
    """thumbor checked the path before decoding it. Here each handler decodes it once, then checks it."""
    for _ in range(ENCODINGS):
        path = pattern.format(traversal)
        status, _ = site.follow(f"/{path}?w=16&f=png")
        assert status in ("400", "404"), path
        for prefix in ("", "originals/", "variants/", "../originals/", "%2e%2e%2foriginals/"):
            reply = site.render(f"/{prefix}{path}/any.{SMALL.rev}/w16.png")
            assert reply["status"] in ("400", "404"), path
        for slot in (f"/a.jpg/{traversal}/w16.png", f"/a.jpg/any.{SMALL.rev}/{traversal}w16.png"):
            assert site.render(slot)["status"] == "400", slot
        traversal = traversal.replace("%", "%25").replace("/", "%2F").replace(".", "%2e").replace("\\", "%5C")


def test_an_encoded_slash_names_the_same_original(site: Site) -> None:
    status, reply = site.follow("/b%2Fsecret.jpg?w=16&f=png")
    assert status == "200"
    assert decoded(reply).convert("RGB").getpixel((3, 3))[2] > 240  # type: ignore[index]
    assert site.follow("/b%252Fsecret.jpg?w=16")[0] == "404"


def test_cve_2026_53505_no_canvas_exceeds_the_limits(site: Site) -> None:
    """thumbor's proportion() enlarged the image after its size had been limited."""
    shapes = {"wide.png": (600, 2), "high.png": (2, 600), "square.png": (50, 50)}
    for name, size in shapes.items():
        site.store.put(f"originals/{name}", jpeg("red", size), content_type="image/png")
    for name in shapes:
        for options in _growing():
            url = signed(name, "jpeg", **options)
            status, reply = site.follow(url)
            assert status == "200"
            assert max(decoded(reply).size) <= SMALL.max_side, url
        _, reply = site.follow(f"/{name}?p=card&f=jpeg")
        assert decoded(reply).size == (64, 57)  # requested as 9999 × 8888


def _growing() -> Iterator[dict[str, object]]:
    for fit in FITS:
        for rotate in (0, 45, 89):
            yield {"width": 64, "height": 64, "fit": fit, "rotate": rotate, "up": True}
    yield {"rotate": 45}
    yield {"trim": 255}
    yield {"width": 64, "up": True}
    yield {"height": 64, "rotate": 1, "up": True}


@settings(max_examples=300)
@given(
    st.tuples(st.integers(1, 10_000), st.integers(1, 10_000)),
    st.builds(
        lambda width, height, fit, up, rotate: make_recipe(
            {"width": width, "height": height, "fit": fit, "up": up, "rotate": rotate}
        ),
        *[st.one_of(st.just(0), st.integers(1, 9_999_999_999))] * 2,
        st.sampled_from(FITS),
        st.booleans(),
        st.integers(0, 359),
    ),
)
def test_cve_2026_53505_no_intermediate_image_exceeds_the_limits(source: tuple[int, int], recipe: Recipe) -> None:
    limits = policy.load_policy()
    rotation = rotation_of(recipe)
    layout = lay_out(rotation.size(source), recipe, limits)
    width, height = rotation.input_region(layout, source)[1]
    assert max(layout.canvas) <= limits.max_side
    # An image one pixel wide is processed at three times the canvas: rotation needs a margin of whole pixels.
    assert width * height <= 4 * limits.max_side**2
