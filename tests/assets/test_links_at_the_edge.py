"""The edge reads every URL of `img_url` as what the template asked for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.links import img_url
from assets.models import Preset
from edge.contract import policy
from edge.contract.keys import EXTENSIONS
from edge.contract.negotiation import FORMATS
from edge.contract.recipe import MAX_FACES, PresetRef, make_recipe
from edge.contract.signing import KeyRing
from edge.contract.values import FITS, GRAVITIES
from tests.assets.link_support import Image, authorised

pytestmark = pytest.mark.usefixtures("cdn_test")

_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/\\~*."), min_size=1, max_size=12)
_KEYS = st.builds(
    lambda folders, stem, ending: "/".join([*folders, f"{stem}.{ending}"]),
    st.lists(_TEXT, max_size=3),
    _TEXT,
    st.sampled_from(EXTENSIONS),
)
_SIDES = st.one_of(st.none(), st.integers(0, 4096), st.sampled_from([50, 150, 300, 600]))
_POINTS = st.tuples(st.floats(0, 1), st.floats(0, 1))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=_KEYS,
    width=_SIDES,
    height=_SIDES,
    fit=st.sampled_from([None, *FITS]),
    gravity=st.one_of(st.sampled_from([None, *GRAVITIES]), _POINTS),
    face=st.one_of(st.none(), st.integers(1, MAX_FACES)),
    pad=st.one_of(st.none(), st.integers(0, 500)),
    quality=st.one_of(st.none(), st.integers(1, 100)),
    format_=st.sampled_from([None, *FORMATS]),
)
def test_the_edge_parses_every_url_to_what_the_template_asked_for(
    signing: KeyRing, key: str, width: Any, gravity: Any, format_: Any, **given: Any
) -> None:
    url = img_url(Image(key), width, gravity=gravity, format=format_, **given)
    asked, what = authorised(url, signing)
    point = tuple(int(float(f"{side:.6f}") * 1000 + 0.5) for side in gravity) if isinstance(gravity, tuple) else gravity
    options = {"width": width, "gravity": point, **given}
    meant = make_recipe(
        {name: value for name, value in options.items() if value is not None}, policy.load_policy().quality
    )
    assert what == asked.recipe == meant
    assert (asked.format, asked.version) == (format_ or "auto", "1f2e3d4c")
    assert (asked.signature is not None) == policy.load_policy().needs_signature(meant)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True), revision=st.integers(1, 10**9 - 1))
def test_the_edge_parses_every_preset_back(signing: KeyRing, name: str, revision: int) -> None:
    _, what = authorised(img_url(Image(), preset=Preset(name=name, revision=revision)), signing)
    assert what == PresetRef(name, revision)
