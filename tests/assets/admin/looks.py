"""Looks at images, as an analyser leaves them in the database."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from assets.models import Analysis, Asset

#: Two faces, the larger one at the left.
FACES = [[100, 300, 200, 300], [800, 400, 100, 150]]
_DOG = {"Left": 0.5, "Top": 0.6, "Width": 0.2, "Height": 0.3}


def looked(asset: Asset, analyser: str = "rekognition", **fields: Any) -> Analysis:
    """A look that is done, unless ``fields`` say otherwise; what it found is only in its own row."""
    labels = {"Person": 99.5, "Beach": 98.0, "Dog": 97.0, "Animal": 97.0}
    detailed: list[dict[str, Any]] = [{"Name": name, "Instances": [], "Parents": []} for name in labels]
    detailed[2] |= {"Instances": [{"BoundingBox": _DOG}], "Parents": [{"Name": "Animal"}]}
    seen: dict[str, Any] = {"faces": FACES}
    if analyser == "rekognition":
        seen |= {
            "labels": [{"name": name, "confidence": sure} for name, sure in labels.items()],
            "text": "OPEN\nDAILY",
            "reply": {"DetectLabels": {"Labels": detailed}},
        }
    if fields.get("state", "done") != "done":
        seen = {}
    values = {"state": "done", "finished_at": timezone.now(), **seen, **fields}
    return Analysis.objects.update_or_create(sha256=asset.sha256, analyser=analyser, defaults=values)[0]
