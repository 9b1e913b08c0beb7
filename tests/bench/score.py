"""SSIMULACRA2 against a reference: 100 is identical, 90 visually identical, 70 good, 50 medium."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from pathlib import Path
from types import TracebackType

import numpy as np
from PIL import Image

#: The greys behind transparent images, of which the worse score counts, as in SSIMULACRA2's own tool.
_GROUNDS = (26, 230)
#: The metric halves an image five times but stops below 8 pixels, and then assigns its weights to the wrong scales.
#: Smaller images are extended by their mirror image, which adds no new detail.
_ALL_SCALES = 256
#: From this score on, nobody can tell two images apart: 90, and some margin.
_INDISTINGUISHABLE = 92.0
#: Increase when the same bytes get another score.
_REVISION = b"2"


def score(reference: Path, candidate: Path) -> float:
    """The score of one picture file against another of the same size."""
    from ssimulacra2 import compute_ssimulacra2  # slow to import, and not needed if all scores are cached

    with Image.open(reference) as wanted, Image.open(candidate) as got:
        if wanted.size != got.size:
            raise ValueError(f"{candidate.name} is {got.size}, its reference {wanted.size}")
        grounds = _GROUNDS if wanted.has_transparency_data else _GROUNDS[:1]
        pairs = [(_laid_on(wanted, grey), _laid_on(got, grey)) for grey in grounds]
    return min(float(compute_ssimulacra2(*pair)) for pair in pairs)


def is_as_good(ours: float, theirs: float) -> bool:
    """Whether our score is not below theirs, as printed, or so high that it makes no difference."""
    return round(ours, 1) >= min(round(theirs, 1), _INDISTINGUISHABLE)


def _laid_on(image: Image.Image, grey: int) -> BytesIO:
    ground = Image.new("RGBA", image.size, (grey, grey, grey))
    seen = np.asarray(Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB"))
    down, across = (max(0, _ALL_SCALES - side) for side in seen.shape[:2])
    out = BytesIO()
    Image.fromarray(np.pad(seen, ((0, down), (0, across), (0, 0)), "symmetric")).save(out, "PPM")
    return out


class Scorer:
    """Scores, cached by the bytes they compare. Uses all cores, since nothing is timed at the same time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._pool = ProcessPoolExecutor(os.cpu_count())

    def __enter__(self) -> Scorer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def scores(self, pairs: Iterable[tuple[Path, Path]]) -> list[float]:
        """The scores of pairs of ``(reference, candidate)``, in their order."""
        digests = [(_digest(*pair), pair) for pair in pairs]
        missing = {digest: pair for digest, pair in digests if not self._kept(digest).exists()}
        computed = self._pool.map(score, *zip(*missing.values(), strict=True)) if missing else ()
        for digest, value in zip(missing, computed, strict=True):
            self._kept(digest).write_text(str(value))
        return [float(self._kept(digest).read_text()) for digest, _ in digests]

    def _kept(self, digest: str) -> Path:
        return self._folder / digest


def _digest(reference: Path, candidate: Path) -> str:
    seen = hashlib.sha256(_REVISION + reference.read_bytes())
    seen.update(candidate.read_bytes())
    return seen.hexdigest()[:32]
