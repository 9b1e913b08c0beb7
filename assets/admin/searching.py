"""The search in the list of images: in their own texts, and in their collections, tags, and what was seen in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.text import smart_split, unescape_string_literal

from assets.models import Analysis, Asset, Collection, Tag
from assets.models.named import fold

_MAX_WORDS = 20
_QUOTES = ("'", '"')


def condition(text: str, fields: Iterable[str]) -> Q:
    """Images that have each word or quoted phrase of ``text`` in one of ``fields`` or in what belongs to them.

    Other tables are asked in subqueries that do not depend on the image, so that each is read once and no image is
    found twice.
    """
    found = Q()
    for word in list(smart_split(text))[:_MAX_WORDS]:
        quoted = len(word) > 1 and word[0] in _QUOTES and word[0] == word[-1]
        found &= _has(unescape_string_literal(word) if quoted else word, fields)
    return found


def _has(word: str, fields: Iterable[str]) -> Q:
    folded = fold(word)
    if not folded:
        return Q()
    tags = Tag.objects.filter(folded__contains=folded)
    own = Q(*((f"{name}__icontains", word) for name in fields), _connector=Q.OR)
    return (
        own
        | Q(collection__in=Collection.objects.filter(folded__contains=folded).order_by().values("pk"))
        | Q(pk__in=Asset.tags.through._base_manager.filter(tag__in=tags.order_by().values("pk")).values("asset_id"))
        | Q(sha256__in=Analysis.objects.filter(words__contains=folded).order_by().values("sha256"))
    )
