"""Timings of a reply's steps."""

from __future__ import annotations

import time

import pytest

from edge.contract.timings import Timings


def test_steps_are_spelled_as_server_timing_in_the_order_of_their_first_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moments = iter([0.0, 0.002, 1.0, 1.0035, 2.0, 2.001])
    monkeypatch.setattr(time, "perf_counter", lambda: next(moments))
    timings = Timings()
    for step in ("fetch", "decode", "fetch"):
        with timings.measure(step):
            pass
    assert str(timings) == "fetch;dur=3.0, decode;dur=3.5"


def test_a_step_that_fails_is_measured_too() -> None:
    timings = Timings()
    with pytest.raises(ZeroDivisionError), timings.measure("decode"):
        1 / 0  # noqa: B018
    assert list(timings) == ["decode"]


def test_steps_are_measured_in_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([1.0, 1.25])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    timings = Timings()
    with timings.measure("decode"):
        pass
    assert timings == {"decode": 250.0}
