"""The CloudFront Function beside the steps of AWS's rewrite function: processor time of a request."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.timing import Row
from tests.infra.functions.timing import SHAPES, compare, installed


def rows() -> Iterator[Row]:
    """The budget is for njs, from which CloudFront's engine is derived. Node's figures are for information."""
    for engine in installed():
        for shape in SHAPES:
            ours, theirs = compare(shape, engine)
            budget = 2 * theirs if engine == "njs" else None
            yield Row(
                f"viewer-request.js in {engine}, {shape.what}",
                ours,
                budget,
                "the steps of AWS's rewrite function",
                theirs,
            )
