"""From that product's edits to ours: a recipe as far as one can say it, and what it cannot say.

That product hands its edits to sharp, which does them in an order of its own, whatever theirs: so do we. Their order
counts where it does there. What is cut out before ``resize`` is cut out of the original, and after ``roundCrop`` sharp
begins again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from edge.contract.edits import Area, Edits, RecipeOrEdits
from edge.contract.errors import BadRequest
from edge.contract.operations import Operation, check_operations, make_operation
from edge.contract.recipe import make_recipe
from edge.image.encode.quality import from_encoder
from edge.sih.draft import Draft
from edge.sih.edit_table import EDITS, REFUSED, WITHOUT_EFFECT, output_format
from edge.sih.errors import SihError
from edge.sih.requested_image import RequestedImage
from edge.sih.source_buckets import SourceBucket

#: The formats with a quality on an encoder's scale.
_LOSSY = frozenset({"jpeg", "webp", "avif"})
_BLACK = "000000"
_NO_BUCKETS: Mapping[str, SourceBucket] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Translation:
    """What to do with an image, as far as that is known before its format is.

    ``format`` is what the edits insist on, ``preferred`` what a browser's preference may replace.
    """

    options: Mapping[str, object]
    operations: tuple[Operation, ...]
    area: Area | None
    ratio: float | None
    upright: bool
    moving: bool
    flatten: str | None
    format: str | None
    preferred: str | None
    qualities: Mapping[str, float]
    quality: float | None

    def rendition(self, format_class: str, *, opaque: bool, default_quality: int) -> RecipeOrEdits:
        """What to render in ``format_class``; ``opaque`` says that the original cannot be transparent."""
        options, operations = dict(self.options), self.operations
        opaque = opaque and not any(each.name == "round_crop" for each in operations)
        if "bg" not in options and format_class == "jpeg" and not opaque:
            options["bg"] = self.flatten or _BLACK
        elif self.flatten and not opaque:
            operations = (make_operation("flatten", colour=self.flatten), *operations)
        wanted = self.qualities.get(format_class, self.quality)
        if wanted is not None and format_class in _LOSSY:
            options["quality"] = from_encoder(min(max(wanted, 1), 100), format_class)
        recipe = make_recipe(options, default_quality)
        edits = Edits(recipe, self.area, self.ratio, self.upright, self.moving, operations)
        return edits.recipe if edits.is_recipe else edits


def translate(
    requested: RequestedImage, buckets: Mapping[str, SourceBucket] = _NO_BUCKETS, *, upright: bool, strict: bool
) -> Translation:
    """What ``requested`` asks for. Raises `SihError` for what is invalid or not supported.

    Overlays are assets in ``buckets``, whose versions are not known yet.
    Unless ``upright``, pixels stay as they are stored, and the result repeats the original's orientation.
    """
    draft = Draft(upright=upright, strict=strict, by_path=requested.by_path, buckets=buckets)
    for name, value in requested.edits.items():
        _translate(draft, name, value)
    _check_combination(draft)
    return Translation(
        MappingProxyType(draft.turned_options()),
        draft.ordered_operations(),
        draft.area,
        draft.ratio,
        draft.upright,
        draft.moving,
        draft.flatten,
        draft.format,
        output_format(requested.output_format) if requested.output_format else draft.preferred,
        MappingProxyType(draft.qualities),
        draft.quality,
    )


def _translate(draft: Draft, name: str, value: object) -> None:
    if name in WITHOUT_EFFECT or (value is False and name != "animated"):
        return
    if name in REFUSED or (name not in EDITS and draft.strict):
        raise SihError.unsupported("edit", name)
    if name not in EDITS:
        return
    try:
        EDITS[name](draft, value)
        check_operations(draft.operations)
    except BadRequest as error:
        raise SihError.not_parsed(f"The edit {name} is not possible: {error.message}") from None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        raise SihError.not_parsed(f"The edit {name} has an invalid value.") from None


def _check_combination(draft: Draft) -> None:
    """Raises `SihError` for edits that sharp combines in ways that cannot be had here."""
    names = {each.name for each in draft.operations}
    if draft.area and "trim" in draft.options:
        raise SihError.unsupported("combination", "trim with extract")
    if draft.cuts_turned and draft.is_resized:
        raise SihError.unsupported("combination", "rotate, then extract, then resize")
    if "face_crop" in names and names & {"rotate", "extract"}:
        raise SihError.unsupported("combination", "smartCrop with extract or an angle")
