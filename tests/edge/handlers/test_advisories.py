"""thumbor's four advisories of July 2026, and that none of the four is a way in here.

The one about patterns is in `test_patterns`.
"""

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
from tests.edge.handlers.hostile_site import SMALL, Site, signed
from tests.edge.handlers.support import picture, pixels


def test_cve_2026_53501_a_signature_said_again_anywhere_signs_nothing_else(site: Site) -> None:
    """thumbor took the signature out of the URL with replace(), each time that it was there."""
    url = signed(blur=3)
    signature = url.rpartition("s=")[2]
    honest = site.view(url)
    assert isinstance(honest, messages.HttpRequest)
    pieces = [
        signature,
        f"s={signature}",
        f"&s={signature}",
        f"&signature={signature}",
        f"/{signature}/",
        f"s={signature}&",
    ]
    taken = set()
    for piece in pieces:
        for place in range(1, len(url) + 1):
            seen = site.view(url[:place] + piece + url[place:])
            taken.add(seen.uri if isinstance(seen, messages.HttpRequest) else "refused")
    assert taken == {"refused"}
    for other in ("/b.jpg", f"/{signature}/a.jpg", f"/a.jpg{signature}.jpg", f"/{signature}a.jpg"):
        assert isinstance(site.view(other + url.removeprefix("/a.jpg")), messages.HttpResponse)


LEVELS = 4
TRAVERSALS = ["../", "..\\", "./", "/", "%2e%2e/", "..%2f", "%2e%2e%2f", "%c0%ae%c0%ae/", "..;/", "..%00/", ".%2e/"]
PLACES = ["{}secret.jpg", "{0}{0}secret.jpg", "b/{0}{0}secret.jpg", "b/{0}config/secret.jpg", "{}config/secret.jpg"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("traversal", TRAVERSALS)
def test_cve_2026_53502_no_way_up_however_often_it_is_encoded(site: Site, traversal: str, place: str) -> None:
    """thumbor looked at the path, and decoded it afterwards. Here each door decodes it once, and looks then."""
    for _ in range(LEVELS):
        path = place.format(traversal)
        status, _ = site.follow(f"/{path}?w=16&f=png")
        assert status in ("400", "404"), path
        for prefix in ("", "originals/", "variants/", "../originals/", "%2e%2e%2foriginals/"):
            answer = site.variant(f"/{prefix}{path}/any.{SMALL.rev}/w16.png")
            assert answer["status"] in ("400", "404"), path
        for slot in (f"/a.jpg/{traversal}/w16.png", f"/a.jpg/any.{SMALL.rev}/{traversal}w16.png"):
            assert site.variant(slot)["status"] == "400", slot
        traversal = traversal.replace("%", "%25").replace("/", "%2F").replace(".", "%2e").replace("\\", "%5C")


def test_what_is_below_originals_is_found_by_the_same_spellings(site: Site) -> None:
    status, answer = site.follow("/b%2Fsecret.jpg?w=16&f=png")
    assert status == "200"
    assert pixels(answer).convert("RGB").getpixel((3, 3))[2] > 240  # type: ignore[index]
    assert site.follow("/b%252Fsecret.jpg?w=16")[0] == "404"


def test_cve_2026_53505_no_canvas_grows_after_its_limits_were_looked_at(site: Site) -> None:
    """thumbor's proportion() made the picture bigger after its size had been clamped."""
    shapes = {"wide.png": (600, 2), "high.png": (2, 600), "square.png": (50, 50)}
    for name, size in shapes.items():
        site.store.put(f"originals/{name}", picture("red", size), content_type="image/png")
    for name in shapes:
        for options in _growing():
            url = signed(name, "jpeg", **options)
            status, answer = site.follow(url)
            assert status == "200"
            assert max(pixels(answer).size) <= SMALL.max_side, url
        _, answer = site.follow(f"/{name}?p=card&f=jpeg")
        assert pixels(answer).size == (64, 57)  # asked for as 9999 × 8888


def _growing() -> Iterator[dict[str, object]]:
    for fit in FITS:
        for rotate in (0, 45, 89):
            yield {"width": 64, "height": 64, "fit": fit, "rotate": rotate, "up": True}
    yield {"rotate": 45}
    yield {"trim": 255}
    yield {"width": 64, "up": True}
    yield {"height": 64, "rotate": 1, "up": True}


@settings(deadline=None, max_examples=300)
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
def test_cve_2026_53505_nor_what_is_worked_on_for_it(source: tuple[int, int], recipe: Recipe) -> None:
    full = policy.load_policy()
    tilt = rotation_of(recipe)
    layout = lay_out(tilt.size(source), recipe, full)
    width, height = tilt.input_region(layout, source)[1]
    assert max(layout.canvas) <= full.max_side
    # A picture one pixel wide is worked on at three times the canvas: a tilt takes whole pixels and one beside.
    assert width * height <= 4 * full.max_side**2
