"""Which images may be looked at: those of analysed collections, unless in the trash. docs/analysis.md"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from assets.conf import config
from assets.models import KEPT, Asset

_ANALYSED = KEPT & Q(collection__analysed=True)


def in_scope(images: QuerySet[Asset]) -> QuerySet[Asset]:
    """Those of ``images`` that may be looked at. Without an analyser, none."""
    return images.filter(_ANALYSED) if config().analyser else images.none()


def why_not(asset: Asset) -> str:
    """Why ``asset`` may not be looked at, as a sentence. Empty if it may."""
    if not config().analyser:
        return "No analyser is chosen in the settings."
    if asset.is_trashed:
        return "The image is in the trash."
    if asset.collection is None:
        return "The image is in no collection, and only images of analysed collections are looked at."
    if not asset.collection.analysed:
        return f"The images of the collection {asset.collection} are not looked at."
    return ""
