"""What the tests of all formats ask of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.contract.errors import SourceRefused
from edge.contract.policy import Policy
from edge.image import verify
from edge.image.decode.opening import open_source
from edge.image.decode.source_file import SourceFile
from tests.edge.image.pictures import POLICY, variant

FILES = Path(__file__).with_name("files")


def parsed(body: bytes, policy: Policy = POLICY) -> SourceFile:
    """The file with all that its header says; its image is closed."""
    with open_source(body, policy) as file:
        return file


def refusal(body: bytes) -> SourceRefused:
    """The error of both that read originals: the upload's check and the engine."""
    with pytest.raises(SourceRefused) as caught:
        verify(body, POLICY)
    with pytest.raises(SourceRefused) as again:
        variant(body, "webp", width=100)
    assert caught.value.as_dict() == again.value.as_dict()
    assert caught.value.status == 415
    return caught.value
