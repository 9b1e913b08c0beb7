"""Dates, links, bars and static files, written the same way on every page."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin
from django.forms import Media, Script
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import is_aware, localtime


def day(when: datetime) -> str:
    """Such as ``5 Mar 2026``, in the current time zone if the project uses time zones."""
    return date_format(_local(when), "j M Y")


def moment(when: datetime | None) -> str:
    """Such as ``5 Mar 2026, 14:30 CET``; empty without a date."""
    return date_format(_local(when), "j M Y, H:i T") if when else ""


def _local(when: datetime) -> datetime:
    return localtime(when) if is_aware(when) else when  # naive with USE_TZ=False


def admin_url(site: admin.AdminSite, model: str, view: str, *args: object) -> str:
    """The address of a page of ours on ``site``; empty if ``model`` is not registered there."""
    try:
        return reverse(f"admin:imagehub_{model}_{view}", args=args, current_app=site.name)
    except NoReverseMatch:
        return ""


def bar(done: int, total: int, text: str) -> SafeString:
    """A bar that is ``done`` of ``total`` long, above what it means."""
    markup = (
        '<progress class="imagehub-bar" value="{}" max="{}" aria-label="Progress"></progress> '
        '<span class="imagehub-quiet">{}</span>'
    )
    return format_html(markup, done, max(total, 1), text)


def media(*css: str, js: str = "") -> Media:
    """These style sheets, and a script that is a module."""
    scripts = [Script(f"imagehub/{js}.js", type="module")] if js else []
    return Media(css={"all": [f"imagehub/{name}.css" for name in ("base", *css)]}, js=scripts)  # type: ignore[arg-type]  # the stubs do not know Script
