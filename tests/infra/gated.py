"""The real handlers behind the local CloudFront, with a `Gate` in origin-response."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.local.cloudfront.process import TEMPLATE
from tests.infra.gate import VARIABLE, Gate
from tests.infra.pictures import Place, place


@contextmanager
def gated_place(folder: Path, store: str = "", *options: str) -> Iterator[tuple[Place, Gate]]:
    """A `place` behind a gate; the deployed template but for that."""
    text, name = TEMPLATE.read_text(), "edge.origin_response.handler"
    assert name in text
    (folder / "template.yaml").write_text(text.replace(name, "tests.infra.gate_handler.origin"))
    gate = Gate(folder / "gate")
    gate.folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(gate.folder))
        with place(folder, store=store, template=folder / "template.yaml", options=options) as found:
            yield found, gate
