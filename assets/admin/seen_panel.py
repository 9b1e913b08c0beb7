"""What the page of an image says about a look at it: its state, what was seen and where, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assets.admin.display import moment
from assets.analysis.alt_draft import alt_draft
from assets.analysis.faces_in_words import describe_faces, propose_focal
from assets.analysis.scope import why_not
from assets.analysis.tag_proposals import proposed_tags
from assets.analysis.things import Thing, things
from assets.conf import config
from assets.jobs.lifecycle import OPEN
from assets.models import Analysis, Asset
from assets.models.rows import primary
from edge.contract.values import Face, Point

State = Analysis.State
#: Analysers that look for nothing else.
_FACES_ONLY = ("faces",)
_MAX_NAMES, _MAX_TEXT, _MAX_BOXES = 15, 500, 100


@dataclass(frozen=True, slots=True)
class SeenBox:
    """A rectangle on the picture, in pixels of the original. A face has no ``name``."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class SeenPanel:
    """``button`` asks for a look, and is empty if that is no use. ``note`` says what was not looked for."""

    text: str
    tone: str = "quiet"
    waits: bool = False
    button: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    note: str = ""
    boxes: tuple[SeenBox, ...] = ()
    described: str = ""
    focal: Point | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """The look of the chosen analyser at an image's file, if there is one, and the one whose results are known."""

    asset: Asset
    current: Analysis | None
    done: Analysis | None

    @property
    def faces(self) -> tuple[Face, ...]:
        stored = self.asset.faces if self.asset.faces is not None else self.done.faces if self.done else []
        return tuple((x, y, width, height) for x, y, width, height in stored)

    @property
    def things(self) -> tuple[Thing, ...]:
        return things(self.done) if self.done else ()

    @property
    def text(self) -> str:
        return self.done.text if self.done else ""

    def proposed_tags(self, had: Sequence[str]) -> list[str]:
        """Names for tags. ``had`` are those of the image, as `assets.models.named.fold` makes them."""
        return proposed_tags(self.things, had, self.asset.dismissed_tags)

    def alt_draft(self) -> str:
        """Empty if the image is described or decorative, or nothing was seen."""
        asset = self.asset
        return "" if asset.alt_text or asset.decorative else alt_draft(len(self.faces), self.things, self.text)


def look_at(asset: Asset) -> Look:
    """What is known of the file of ``asset``."""
    rows = list(primary(Analysis).filter(sha256=asset.sha256).order_by("-pk")) if asset.sha256 else []
    current = next((row for row in rows if row.analyser == config().analyser), None)
    done = current if current and current.state == State.DONE else None
    return Look(asset, current, done or next((row for row in rows if row.state == State.DONE), None))


def panel(look: Look) -> SeenPanel:
    """What the page says, and draws on the picture."""
    text, tone, button = _state(look)
    waits = bool(look.current and look.current.state in OPEN and not why_not(look.asset))
    if look.done is None:
        return SeenPanel(text, tone, waits, button)
    faces, seen = look.faces, look.things
    focal = propose_focal(faces)
    return SeenPanel(
        text,
        tone,
        waits,
        button,
        facts=_facts(look.done, faces, seen, look.text),
        note="Labels and text are not looked for by this analyser." if look.done.analyser in _FACES_ONLY else "",
        boxes=tuple(_boxes(look.asset, faces, seen)),
        described=_described(faces, seen),
        focal=focal if focal != look.asset.focal else None,
    )


def _state(look: Look) -> tuple[str, str, str]:
    """The text, its colour in base.css, and the label of the button."""
    current, reason = look.current, why_not(look.asset)
    if current and current.state == State.DONE:
        return f"Looked at on {moment(current.finished_at)} by the analyser {current.analyser}.", "done", ""
    before = f" On {moment(look.done.finished_at)}, the analyser {look.done.analyser} saw this:" if look.done else ""
    if reason:
        return f"Not looked at. {reason}{before}", "quiet", ""
    if current is None:
        return f"Not looked at yet.{before}", "quiet", "Look at it now"
    if current.state == State.FAILED:
        return f"It could not be looked at. {current.error}{before}", "failed", "Try again"
    failed = f" The last attempt failed: {current.error}" if current.error else ""
    return f"Waiting to be looked at.{failed}{before}", "running", ""


def _facts(done: Analysis, faces: Sequence[Face], seen: Sequence[Thing], text: str) -> tuple[tuple[str, str], ...]:
    if not (faces or seen or text.strip() or done.moderation):
        return (("Found", "nothing"),)
    found = [("Faces", describe_faces(faces) or "none")]
    if done.analyser not in _FACES_ONLY:
        found.append(("Recognised", _listed([_counted(thing) for thing in seen]) or "nothing"))
        found.append(("Text", (f"{text[:_MAX_TEXT]}…" if len(text) > _MAX_TEXT else text).strip() or "none"))
        if done.moderation:
            found.append(("Moderation", _listed([each["name"] for each in done.moderation])))
    return tuple(found)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    return ", ".join(names[:_MAX_NAMES]) + more


def _counted(thing: Thing) -> str:
    return f"{thing.name} ({len(thing.boxes)})" if len(thing.boxes) > 1 else thing.name


def _boxes(asset: Asset, faces: Sequence[Face], seen: Sequence[Thing]) -> list[SeenBox]:
    named = [(thing.name, box) for thing in seen for box in thing.boxes]
    found = [*(("", face) for face in faces), *named][:_MAX_BOXES]
    x, y = asset.width / 1000, asset.height / 1000
    return [SeenBox(name, box[0] * x, box[1] * y, box[2] * x, box[3] * y) for name, box in found]


def _described(faces: Sequence[Face], seen: Sequence[Thing]) -> str:
    """The drawing, for who cannot see it."""
    drawn = [_counted(thing) for thing in seen if thing.boxes]
    return "; ".join(filter(None, (describe_faces(faces), ", ".join(drawn[:_MAX_NAMES]))))
