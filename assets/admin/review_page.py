"""The page on which a reviewer decides about one image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from assets.admin import review_words as words
from assets.admin.display import admin_url
from assets.admin.publication_state import state_note
from assets.admin.review_queue import decided_elsewhere, place_of
from assets.models import Asset, ManifestState, Review
from assets.models.review import MAX_WHY
from assets.reviews import latest_review, mark

_MAX_HISTORY, _MAX_USES = 20, 5
#: Decisions that need a reason if no label gives one.
_NEED_REASON = (Review.Decision.WITHHELD, Review.Decision.TRASHED)


def page_context(
    model_admin: Any, request: HttpRequest, asset: Asset, *, why: str = "", problem: str = "", conflict: str = ""
) -> dict[str, Any]:
    """What the template needs. ``why`` was typed before; ``problem`` and ``conflict`` say why it was not saved."""
    site, latest = model_admin.admin_site, latest_review(asset)
    waits = latest if latest and latest.is_open and not asset.is_trashed else None
    return {
        **site.each_context(request),
        "title": f"Review of {asset}",
        "opts": model_admin.opts,
        "media": model_admin.media,
        "asset": asset,
        "review": waits,
        "place": _place(site, waits) if waits else None,
        "labels": words.label_texts(latest.labels) if latest else [],
        "visitors": words.seen_by_visitors(asset),
        "state_note": state_note(asset),
        "elsewhere": [(each.asset, words.sentence(each)) for each in decided_elsewhere(asset)],
        "uses": list(_uses(site, asset)),
        "history": words.history(history_of(asset)),
        "buttons": [(value, *words.BUTTONS[value], value in _NEED_REASON) for value in words.BUTTONS],
        "needs_reason": needs_reason(Review.Decision.WITHHELD, latest),
        "seen": mark(asset, latest),
        "why": why[:MAX_WHY],
        "max_why": MAX_WHY,
        "problem": problem,
        "conflict": conflict,
        "is_clear": "show" in request.GET,
        "picture_url": admin_url(site, "review", "picture", asset.pk),
        "decide_url": admin_url(site, "review", "decide", asset.pk),
        "image_url": admin_url(site, "asset", "change", asset.pk),
        "list_url": admin_url(site, "review", "changelist"),
    }


def history_of(asset: Asset) -> list[Review]:
    return list(asset.reviews.select_related("decided_by").order_by("-pk")[:_MAX_HISTORY])


def needs_reason(decision: str, latest: Review | None) -> bool:
    """Whether a decision needs a reason in words: an image that was flagged has its labels for one."""
    return decision in _NEED_REASON and not (latest and latest.is_open and latest.labels)


def what_changed(asset: Asset, latest: Review | None, label: str) -> str:
    """What to tell a reviewer whose decision came too late."""
    if asset.is_trashed:
        told = f"{asset.trashed_by or 'Somebody'} moved this image to the trash."
    elif latest and not latest.is_open:
        told = words.sentence(latest)
    else:
        told = "The file of this image was replaced."
    return f"{told} Your decision, {label}, was not saved. Decide again, or leave it so."


def _place(site: admin.AdminSite, review: Review) -> dict[str, Any]:
    place = place_of(review)
    links = {
        name: admin_url(site, "review", "image", pk) if pk else ""
        for name, pk in (("previous", place.previous), ("next", place.next))
    }
    return {"number": place.number, "count": place.count, **links}


def _uses(site: admin.AdminSite, asset: Asset) -> Iterator[str]:
    """Rows of the host's models that refer to the image, with links; at most some of each model."""
    if ManifestState.is_fallback(asset.key):
        yield "the fallback image, which visitors see where another one is missing"
    for relation in Asset._meta.related_objects:
        model = relation.related_model
        if isinstance(model, str) or model._meta.app_label == Asset._meta.app_label:
            continue
        rows = model._base_manager.filter(**{relation.field.name: asset})
        found = list(rows[: _MAX_USES + 1])
        yield from (_described(site, row) for row in found[:_MAX_USES])
        if len(found) > _MAX_USES:
            yield f"more {model._meta.verbose_name_plural}"


def _described(site: admin.AdminSite, row: Model) -> str:
    meta, kind = row._meta, capfirst(row._meta.verbose_name)
    try:
        name = f"admin:{meta.app_label}_{meta.model_name}_change"
        url = reverse(name, args=(quote(row.pk),), current_app=site.name)
    except NoReverseMatch:
        return f"{kind}: {row}"
    return format_html('{}: <a href="{}">{}</a>', kind, url, row)
