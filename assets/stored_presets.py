"""Which presets of an image are rendered, as far as storage has them."""

from __future__ import annotations

import logging
from itertools import islice

from assets.models import Asset
from assets.storage import object_store
from edge.contract.errors import BadRequest
from edge.contract.recipe import PresetRef
from edge.contract.variant_key import VariantKey
from edge.storage.errors import StorageUnavailable

log = logging.getLogger(__name__)

_VARIANTS = "variants/"
#: Of one image. There may be as many as the policy's ladder and the presets allow.
_MAX_LISTED = 5000


def stored_presets(asset: Asset) -> frozenset[str]:
    """The names of the presets of which storage has a variant of the image's present version.

    Empty if storage cannot say: then nobody warms them again, and the first visitor waits.
    """
    try:
        names = list(islice(object_store().list(f"{_VARIANTS}{asset.key}/{asset.version}."), _MAX_LISTED))
    except StorageUnavailable as error:
        log.warning("The variants of %s cannot be listed, so they are not warmed again: %s", asset.key, error)
        return frozenset()
    return frozenset(name for each in names if (name := _preset_of(each.removeprefix(_VARIANTS))))


def _preset_of(path: str) -> str:
    try:
        recipe = VariantKey.parse(path).recipe()
    except BadRequest:
        return ""
    return recipe.name if isinstance(recipe, PresetRef) else ""
