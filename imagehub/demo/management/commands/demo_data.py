"""``manage.py demo_data``: an editor account, presets, and a collection of sample images for a first start."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.db.models import Model
from django.urls import reverse

from assets.models import Asset, Collection, Preset
from assets.models.named import fold
from imagehub.demo.samples import Sample, samples

EDITOR = "editor"
COLLECTION = "Samples"
#: What editors may do with images and presets, and with the jobs that the admin starts for them.
RIGHTS = {
    "asset": ("add", "change", "delete", "review", "view"),
    "collection": ("add", "change", "delete", "view", "analyse"),
    "tag": ("add", "change", "delete", "view"),
    "preset": ("add", "change", "view"),  # deleting is a right of its own: editors archive
    "purge": ("add", "view"),
    "warming": ("add", "view"),
}
#: Width and height of each preset. The shapes differ, so that crops show what the focal point does.
PRESETS = {"square": (300, 300), "portrait": (240, 320), "banner": (600, 200)}


class Command(BaseCommand):
    """Create everything in one transaction. Does nothing if the editor account exists, so later edits are kept."""

    help = "Creates an editor account, three presets and some sample images, unless the account exists already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", default="http://127.0.0.1:8000", help="Where Django is served; printed only.")

    def handle(self, *_args: Any, site: str, **_options: Any) -> None:
        if get_user_model().objects.filter(username=EDITOR).exists():
            return
        files = [(sample, sample.render()) for sample in samples()]
        password = secrets.token_urlsafe(12)
        with transaction.atomic():
            editor = _create_editor(password)
            for name, (width, height) in PRESETS.items():
                if not Preset.objects.filter(name=name).exists():
                    _save(Preset(name=name, width=width, height=height, fit="cover", updated_by=editor))
            collection = _collection(editor)
            for sample, body in files:
                if not Asset.objects.filter(key=sample.key).exists():
                    _save(_asset(sample, body, collection, editor))
        # No full stop: the password is copied from here.
        self.stdout.write(f"Sign in at {site}{reverse('admin:index')} as {EDITOR} with the password {password}")


def _create_editor(password: str) -> User:
    group, _ = Group.objects.get_or_create(name="Editors")
    names = [f"{action}_{model}" for model, actions in RIGHTS.items() for action in actions]
    group.permissions.set(Permission.objects.filter(content_type__app_label=Asset._meta.app_label, codename__in=names))
    editor = get_user_model().objects.create_user(EDITOR, password=password, is_staff=True)
    editor.groups.add(group)
    return editor


def _collection(editor: User) -> Collection:
    """The samples' own, which is looked at if there is an analyser: there is nothing private in them."""
    found = Collection.objects.filter(folded=fold(COLLECTION)).first()
    if found is None:
        found = Collection(name=COLLECTION, analysed=True, updated_by=editor)
        _save(found)
    return found


def _asset(sample: Sample, body: bytes, collection: Collection, editor: User) -> Asset:
    focal_x, focal_y = sample.focal or (None, None)
    return Asset(
        key=sample.key,
        title=sample.title,
        alt_text=sample.alt_text,
        collection=collection,
        original=ContentFile(body, name=sample.key.rpartition("/")[2]),
        focal_x=focal_x,
        focal_y=focal_y,
        created_by=editor,
        updated_by=editor,
    )


def _save(row: Model) -> None:
    """Validate, then save, as the admin does."""
    row.full_clean()
    row.save()
