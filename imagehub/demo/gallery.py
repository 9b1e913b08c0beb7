"""The gallery: one image in every way the template tag can show it, beside the template code that showed it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assets.models import VISIBLE, Asset, Preset
from imagehub.demo.tour import build_tour

MAX_IMAGES = 50


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """The newest images, and a tour of the one that ``?image=<key>`` names, or else of the newest.

    Two queries, one more if this process has not read the presets' revisions yet, and one with Rekognition.
    """
    newest = Asset.objects.filter(VISIBLE).select_related("collection").order_by("-created_at", "-pk")
    images = list(newest[:MAX_IMAGES])
    named = [asset for asset in images if asset.key == request.GET.get("image")]
    chosen = next(iter(named or images), None)
    tour = build_tour(chosen, Preset.objects.filter(archived=False)) if chosen else None
    shown = {"images": images, "tour": tour, "max_images": MAX_IMAGES}
    return render(
        request, "demo/gallery.html", {**shown, "with_faces": next((each for each in images if each.faces), None)}
    )
