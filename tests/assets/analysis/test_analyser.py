"""Every analyser that a setting can name keeps one contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assets.analysis import rekognition
from assets.analysis.analyser import ANALYSERS, analyser
from assets.analysis.picture import reduce
from assets.analysis.seen import Seen
from tests.assets.analysis.photographs import astronaut, coffee
from tests.rekognition_server import run_rekognition, use

PAID_CALLS = {"faces": (), "rekognition": tuple(rekognition.OPERATIONS)}


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
        assert analyser(name).paid_calls(picture) in ((), PAID_CALLS[name])


def test_an_analyser_makes_its_paid_calls_through_the_given_function_and_reads_what_that_returns(name: str) -> None:
    picture, replies = reduce(astronaut()), {}

    def keep(call: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        replies[call] = make()
        return replies[call]

    first = analyser(name).look(picture, keep)
    assert tuple(replies) == analyser(name).paid_calls(picture) == PAID_CALLS[name]
    assert analyser(name).look(picture, lambda call, _make: replies[call]) == first


def test_an_analyser_is_created_once() -> None:
    assert analyser("faces") is analyser("faces")
