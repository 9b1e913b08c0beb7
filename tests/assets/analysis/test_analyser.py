"""Every analyser that a setting can name keeps one contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from assets.analysis.analyser import ANALYSERS, analyser
from assets.analysis.budget import CALLS_OF_A_LOOK
from assets.analysis.picture import reduce
from assets.analysis.seen import Seen
from tests.assets.analysis.photographs import astronaut, coffee
from tests.rekognition_server import run_rekognition, use


@pytest.fixture(params=ANALYSERS)
def name(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param != "rekognition":
        yield request.param
        return
    with run_rekognition() as server:
        use(server, settings, monkeypatch)
        yield request.param


def test_an_analyser_sees_the_face_and_nothing_where_there_is_none(name: str) -> None:
    seen = analyser(name).look(reduce(astronaut()))
    assert isinstance(seen, Seen)
    assert len(seen.faces) == 1
    assert seen.models
    assert analyser(name).look(reduce(coffee())).faces == ()


def test_an_analyser_refuses_no_shape(name: str) -> None:
    for size in ((1, 1), (1920, 2), (300, 80)):
        picture = reduce(astronaut(size))
        assert isinstance(analyser(name).look(picture), Seen)
        assert analyser(name).paid_calls(picture) in (0, CALLS_OF_A_LOOK)


def test_an_analyser_is_created_once() -> None:
    assert analyser("faces") is analyser("faces")
