"""The gallery: each picture beside the template code that shows it, which is the very code that showed it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.template.backends.django import Template
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from assets import preset_revisions
from assets.models import Asset

MOST = 50
_TAG = re.compile(r"({%.*?%}|{{.*?}})")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of template code that shows ``photo``, and what there is to say of it."""

    slug: str
    name: str
    note: str
    source: str

    def html(self, photo: Asset) -> SafeString:
        """What `source` makes of ``photo``."""
        return SafeString(_compile(self.source).render({"photo": photo}))

    def parts(self) -> Iterator[tuple[bool, str]]:
        """`source` in pieces, each with whether it is a template tag or variable."""
        return ((_TAG.fullmatch(part) is not None, part) for part in _TAG.split(self.source) if part)


FIXED = Snippet(
    "fixed",
    "One width",
    "300 pixels wide, the height follows.",
    """<img
  src="{% img_url photo 300 %}"
  alt="{{ photo.alt }}" loading="lazy"
  width="{{ photo.width }}"
  height="{{ photo.height }}">""",
)
RESPONSIVE = Snippet(
    "responsive",
    "As wide as there is room",
    "The browser takes the width that fits its window and its screen.",
    """<img
  src="{% img_url photo 800 %}"
  srcset="{% img_url photo 400 %} 400w,
          {% img_url photo 800 %} 800w,
          {% img_url photo 1600 %} 1600w"
  sizes="(min-width: 70rem) 34rem, 92vw"
  alt="{{ photo.alt }}" loading="lazy"
  width="{{ photo.width }}" height="{{ photo.height }}">""",
)


def preset_snippet(name: str) -> Snippet:
    """A picture through the preset ``name``."""
    return Snippet(
        "preset",
        "A preset",
        f"Editors say in the admin what “{name}” is.",
        f"""<img
  src="{{% img_url photo preset="{name}" %}}"
  alt="{{{{ photo.alt }}}}" loading="lazy">""",
    )


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """The newest pictures, each in three ways: one query, and one more where no preset has been read before."""
    names = preset_revisions.names()
    chosen = "medium" if "medium" in names else next(iter(names), None)
    snippets = [FIXED, *([preset_snippet(chosen)] if chosen else []), RESPONSIVE]
    pictures = Asset.objects.order_by("-created_at", "-pk")[:MOST]
    shown = [(photo, [(snippet, snippet.html(photo)) for snippet in snippets]) for photo in pictures]
    return render(request, "demo/gallery.html", {"shown": shown, "preset": chosen, "most": MOST})


@cache
def _compile(source: str) -> Template:
    return cast("Template", engines["django"].from_string("{% load imagehub %}" + source))
