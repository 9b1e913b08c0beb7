"""The stand-in for Rekognition, as tests use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from imagehub.demo.rekognition.replies import OPERATIONS, Behaviour
from imagehub.demo.rekognition.server import StandIn, serving

__all__ = ["OPERATIONS", "Behaviour", "StandIn", "run_rekognition", "use"]


@contextmanager
def run_rekognition(behaviour: Behaviour = Behaviour.NORMAL) -> Iterator[StandIn]:
    """A server until the end of the ``with`` block. It must not have answered what AWS would not."""
    with serving(behaviour) as stand_in:
        yield stand_in
    assert not stand_in.broken, stand_in.broken


def use(server: StandIn, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Django ask ``server``."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    ours = {"ANALYSER": "rekognition", "ANALYSER_REGION": "eu-west-1", "ANALYSER_ENDPOINT": server.url}
    settings.IMAGEHUB = {**settings.IMAGEHUB, **ours}
