"""The reader of AVIF files, whatever codec the host process has chosen."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import AvifImagePlugin

from edge.image.pillow_compat.avif import AvifFile
from tests.edge.image.pictures import quarters, saved


def test_the_hosts_choice_of_a_codec_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    body = saved(quarters(), "avif")
    monkeypatch.setattr(AvifImagePlugin, "DECODE_CODEC_CHOICE", "no such codec")
    with pytest.raises(ValueError, match="Invalid opening codec"):
        AvifImagePlugin.AvifImageFile(BytesIO(body))
    assert AvifFile(BytesIO(body)).size == quarters().size
