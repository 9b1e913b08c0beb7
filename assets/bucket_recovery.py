"""Rows made again from what the bucket knows, after the database was lost or an older backup was restored.

The bucket has originals with their focal points and verdicts, and the manifest has presets with their revisions. So
every URL stays as it was. Titles, alternative texts, users, reviews and the choice of the fallback image are in the
database alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import router, transaction

from assets import manifest, manifest_recovery, storage_check
from assets.models import Asset, Preset
from assets.models.rows import has_value, primary
from assets.storage import object_store
from assets.storage_check import Problem
from edge.contract.manifest import PublishedPreset
from edge.contract.original import OriginalFacts, original_object_key
from edge.storage.errors import Missing


@dataclass(frozen=True, slots=True)
class RecoveredRow:
    """A row that was made again, or would be in a dry run. ``problem`` says why it could not be; else it is empty."""

    kind: str
    name: str
    problem: str = ""


def recover(*, dry_run: bool = False) -> Iterator[RecoveredRow]:
    """Make the rows that are missing. Existing ones stay as they are. Safe to repeat.

    Raises `StorageUnavailable`.
    """
    yield from _recover_presets(dry_run)
    for finding in storage_check.find():
        # What was copied into the bucket was never an image of ours.
        if finding.problem == Problem.NO_ROW:
            problem = "" if dry_run else _recover_image(finding.key)
            yield RecoveredRow("image", finding.key, problem)


def _recover_presets(dry_run: bool) -> Iterator[RecoveredRow]:
    known = set(primary(Preset).values_list("name", flat=True))
    stored = manifest.read().manifest
    missing = {name: found for name, found in sorted(stored.presets.items()) if name not in known}
    if not dry_run:
        # Presets refer to their watermarks, and never come back without them.
        yield from _recover_watermarks(missing.values())
    rows = [_preset(name, found) for name, found in missing.items()]
    wrong = {row.name: problem for row in rows if (problem := _problem(row, missing[row.name], dry_run))}
    if rows and not dry_run:
        # Without a save, which would give them other revisions, and their files other URLs.
        Preset._base_manager.bulk_create([row for row in rows if row.name not in wrong])
        manifest_recovery.republish()
    for row in rows:
        yield RecoveredRow("preset", row.name, wrong.get(row.name, ""))


def _recover_watermarks(presets: Iterable[PublishedPreset]) -> Iterator[RecoveredRow]:
    for key in sorted(
        {preset.watermark.overlay[0] for preset in presets if preset.watermark and preset.watermark.overlay}
    ):
        if not has_value(primary(Asset), "key", key):
            yield RecoveredRow("image", key, _recover_image(key))


def _problem(row: Preset, published: PublishedPreset, dry_run: bool) -> str:
    if row.recipe != published.recipe:
        return "its recipe has options that presets do not have"
    return "its watermark is missing" if published.watermark and not row.watermark and not dry_run else ""


def _preset(name: str, published: PublishedPreset) -> Preset:
    recipe = published.recipe
    return Preset(
        **_watermark(published),
        name=name,
        revision=published.revision,
        width=recipe.width,
        height=recipe.height,
        fit=recipe.fit or "cover",
        gravity=str(recipe.gravity),
        quality=recipe.quality or None,
        up=recipe.up,
        bg=recipe.bg,
    )


def _watermark(published: PublishedPreset) -> dict[str, Any]:
    if published.watermark is None:
        return {}
    found = dict(published.watermark.arguments)
    asset = primary(Asset).filter(key=found["key"]).first()
    parts = {f"watermark_{name}": found[name] for name in ("corner", "size", "margin", "opacity", "version")}
    return {"watermark": asset, **parts}


def _recover_image(key: str) -> str:
    """Save the original as if it had just been uploaded: it is examined again. Return the problem, if there is one."""
    try:
        found = object_store().get(original_object_key(key))
        facts = OriginalFacts.of(found.head.metadata, found.head.etag)
        x, y = facts.focal or (None, None)
        asset = Asset(key=key, original=ContentFile(found.body, name=key), focal_x=x, focal_y=y)
        with transaction.atomic(router.db_for_write(Asset)):
            asset.save()
            if facts.verdict:  # what was in the trash is withheld now
                asset.verdict = facts.verdict
                asset.save(update_fields=["verdict"])
    except Missing:
        return "it was deleted just now"
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
