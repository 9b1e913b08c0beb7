"""Every analyser that a setting can name keeps one contract."""

from __future__ import annotations

import pytest

from assets.analysis.analyser import ANALYSERS, analyser
from assets.analysis.picture import reduce
from assets.analysis.seen import Seen
from tests.assets.analysis.photographs import astronaut, coffee


@pytest.mark.parametrize("name", ANALYSERS)
def test_an_analyser_sees_the_face_and_nothing_where_there_is_none(name: str) -> None:
    seen = analyser(name).look(reduce(astronaut()))
    assert isinstance(seen, Seen)
    assert len(seen.faces) == 1
    assert seen.models
    assert analyser(name).look(reduce(coffee())).faces == ()


def test_an_analyser_is_created_once() -> None:
    assert analyser("faces") is analyser("faces")
