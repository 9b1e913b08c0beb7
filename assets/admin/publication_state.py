"""How the admin shows that an image is saved and visitors do not see it yet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assets.models import Asset
from assets.models.rows import primary

State = Asset.State


def state_note(asset: Asset) -> str:
    """What an editor should know or do. Empty if the image is published."""
    if asset.state == State.FAILED:
        return f"The file of {asset.key} could not be published. {asset.publish_error}"
    if asset.state == State.PUBLISHING:
        reason = f" The last attempt failed: {asset.publish_error}" if asset.publish_error else ""
        return f"The image {asset.key} is saved and is being published. Visitors do not see this version yet.{reason}"
    return ""


def state_badge(asset: Asset) -> SafeString:
    """A mark for the list. Empty if the image is published."""
    if asset.state == State.PUBLISHED:
        return SafeString("")
    failed = asset.state == State.FAILED
    badge = '<span class="imagehub-badge" data-tone="{}">{}</span>'
    return format_html(badge, "failed" if failed else "running", "not published" if failed else "being published")


def mention_state(admin: Any, request: HttpRequest, pk: Any) -> None:
    """After the commit: a message on the next page, unless the image is published already."""
    asset = primary(Asset).filter(pk=pk).first()
    if asset and (note := state_note(asset)):
        level = messages.ERROR if asset.state == State.FAILED else messages.WARNING
        admin.message_user(request, note, level)
