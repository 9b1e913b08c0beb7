"""``manage.py demo_data``: what a first start needs: an editor, presets, pictures. What is there already stays."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Model

from assets.models import Asset, Preset
from imagehub.demo.samples import SAMPLES, Sample

EDITOR = "editor"
#: What editors may do with pictures and presets, and with the jobs that the admin starts for them.
RIGHTS = {
    "asset": ("add", "change", "delete", "view"),
    "preset": ("add", "change", "delete", "view"),
    "purge": ("add", "view"),
    "warming": ("add", "view"),
}
SIDES = {"thumbnail": 150, "medium": 300, "large": 600}


class Command(BaseCommand):
    """Does all of it once, or nothing: where there is an editor account, what has changed since stays as it is."""

    help = "Makes an editor account, three presets and six sample pictures, once."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if get_user_model().objects.filter(username=EDITOR).exists():
            return
        pictures = [(sample, sample.render()) for sample in SAMPLES]
        password = secrets.token_urlsafe(12)
        with transaction.atomic():
            editor = _make_editor(password)
            for name, side in SIDES.items():
                if not Preset.objects.filter(name=name).exists():
                    _save(Preset(name=name, width=side, height=side, fit="cover", updated_by=editor))
            for sample, body in pictures:
                if not Asset.objects.filter(key=sample.key).exists():
                    _save(_picture(sample, body, editor))
        self.stdout.write(f"editor account: name {EDITOR} password {password}")


def _make_editor(password: str) -> User:
    group, _ = Group.objects.get_or_create(name="Editors")
    names = [f"{action}_{model}" for model, actions in RIGHTS.items() for action in actions]
    group.permissions.set(Permission.objects.filter(content_type__app_label=Asset._meta.app_label, codename__in=names))
    editor = get_user_model().objects.create_user(EDITOR, password=password, is_staff=True)
    editor.groups.add(group)
    return editor


def _picture(sample: Sample, body: bytes, editor: User) -> Asset:
    focal_x, focal_y = sample.focal or (None, None)
    return Asset(
        key=sample.key,
        title=sample.title,
        alt_text=sample.alt_text,
        original=ContentFile(body, name=sample.key.rpartition("/")[2]),
        focal_x=focal_x,
        focal_y=focal_y,
        created_by=editor,
        updated_by=editor,
    )


def _save(row: Model) -> None:
    """As the admin does: validated, then saved."""
    row.full_clean()
    row.save()
