"""Our engine without its lossless attempts: what they cost photographs, and what they save graphics."""

from __future__ import annotations

from unittest.mock import patch

from edge.image import malloc
from edge.image.encode import still
from tests.bench.engines import ours, serve

if __name__ == "__main__":
    malloc.keep_freed()
    with patch.object(still, "is_graphic", lambda _image: False):
        serve.serve({"encode": ours.encode})
