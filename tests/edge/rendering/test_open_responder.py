"""The responder of a handler's store."""

from __future__ import annotations

from pathlib import Path

from edge.contract.policy import load_policy
from edge.rendering.open_responder import open_responder


def test_a_process_has_one_responder_for_each_store(tmp_path: Path) -> None:
    first = open_responder(tmp_path.as_uri(), True)
    assert open_responder(tmp_path.as_uri(), True) is first
    assert (first.service.renders, first.service.policy) == (True, load_policy())
    assert not open_responder(tmp_path.as_uri(), False).service.renders
