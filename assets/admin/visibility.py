"""What visitors see of an image, on the image's own pages and in lists."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assets.admin import review_words as words
from assets.admin.display import admin_url
from assets.admin.review_page import history_of
from assets.links import img_url
from assets.models import Asset
from edge.contract.original import Verdict


def visibility_context(model_admin: Any, request: HttpRequest, asset: Asset | None) -> dict[str, Any]:
    """For the page of an image: what visitors see, its reviews, and where users with the right decide."""
    if asset is None:
        return {}
    found = history_of(asset)
    may_review = request.user.has_perm("imagehub.review_asset")
    waits = any(review.is_open for review in found)
    return {
        "visitors": words.seen_by_visitors(asset) if asset.facts.verdict or waits else "",
        "waits_for_review": waits,
        "history": words.history(found),
        "review_url": admin_url(model_admin.admin_site, "review", "image", asset.pk) if may_review else "",
    }


def visibility_badge(asset: Asset) -> SafeString:
    """A mark for the list. Empty for an image that visitors see as it is."""
    verdict = asset.facts.verdict
    if verdict is Verdict.SHOWN:
        return SafeString("")
    tone, text = ("warning", "blurred") if verdict is Verdict.BLURRED else ("failed", "withheld")
    return format_html('<span class="imagehub-badge" data-tone="{}">{}</span>', tone, text)


def thumbnail(asset: Asset, text: str) -> SafeString:
    """A small picture, which ``text`` names; of an image that visitors do not see, a mark in its place."""
    if not asset.is_visible:
        return format_html('<span class="imagehub-thumbnail imagehub-unseen" role="img" aria-label="{}"></span>', text)
    image = '<img class="imagehub-thumbnail" src="{}" alt="{}" loading="lazy" decoding="async">'
    return format_html(image, img_url(asset, 150, height=150, fit="inside"), text)
