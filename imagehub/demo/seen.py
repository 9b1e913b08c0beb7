"""What Rekognition saw in an image, for the gallery."""

from __future__ import annotations

from dataclasses import dataclass

from assets.conf import config
from assets.models import Analysis, Asset


@dataclass(frozen=True, slots=True)
class SeenImage:
    """Names with their confidence, and lines of text. ``is_stand_in``: not AWS said so, but the demo's stand-in."""

    labels: list[str]
    moderation: list[str]
    text: list[str]
    is_stand_in: bool


def seen_in(asset: Asset) -> SeenImage | None:
    """What is stored of a look; None if nobody has looked, or only for faces."""
    if config().analyser != "rekognition":
        return None
    done = Analysis.objects.filter(sha256=asset.sha256, analyser="rekognition", state=Analysis.State.DONE).first()
    if done is None:
        return None
    stand_in = bool(config().analyser_endpoint)
    return SeenImage(_named(done.labels), _named(done.moderation), done.text.splitlines(), stand_in)


def _named(labels: list[dict[str, object]]) -> list[str]:
    return [_spelled(str(label["name"]), label.get("confidence")) for label in labels]


def _spelled(name: str, confidence: object) -> str:
    return f"{name} ({confidence:.0f}%)" if isinstance(confidence, int | float) else name
