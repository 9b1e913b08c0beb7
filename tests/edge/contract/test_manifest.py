"""The manifest as it is written and read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.manifest import Manifest, Preset
from edge.recipe import Recipe
from tests.edge.contract.strategies import recipes

presets = st.dictionaries(
    st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.builds(Preset, st.integers(1, 99), recipes())
)


@given(st.integers(0, 10**6), presets)
def test_it_reads_back(revision: int, presets: dict[str, Preset]) -> None:
    parsed = Manifest.parse(Manifest(revision, presets).as_json())
    assert (parsed.revision, dict(parsed.presets)) == (revision, presets)


def test_an_edge_reads_what_a_newer_django_adds() -> None:
    text = {"schema": 1, "revision": 7, "later": {}, "presets": {"card": {"revision": 2, "recipe": "w300", "later": 1}}}
    assert Manifest.parse(json.dumps(text).encode()).presets["card"] == Preset(2, Recipe(width=300))


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"{}", b'{"schema": 2, "revision": 1, "presets": {}}', b'{"schema":1,"revision":1,"presets":[]}']
    + [b'{"schema": 1, "revision": 1, "presets": {"a": {"revision": 1, "recipe": "p.b.1"}}}'],
)
def test_what_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        Manifest.parse(body)
