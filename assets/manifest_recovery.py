"""Publishing the manifest again after rows came from elsewhere: `loaddata`, a dump, or a backup of the database."""

from __future__ import annotations

from django.db import router, transaction

from assets import manifest
from assets.models import Asset, ManifestState, Preset
from assets.models.rows import primary
from assets.signals import recipe_changed
from edge.contract.manifest import PublishedPreset


def republish() -> list[str]:
    """Publish the database's presets, whatever it believes to have published. Returns those that got a new revision.

    A revision stands for one recipe forever, also where a backup has forgotten it. So a preset that differs from the
    bucket's gets a revision that neither has used, and is purged. Raises `StorageUnavailable`.
    """
    before, using = manifest.read().manifest, router.db_for_write(Preset)
    renewed = []
    with transaction.atomic(using):
        highest = max([before.revision, *primary(Preset).values_list("revision", flat=True)])
        revision = ManifestState.request_revision(using, above=highest)
        for preset in primary(Preset).select_for_update():
            if preset.watermark_id:
                preset.watermark = primary(Asset, using).get(pk=preset.watermark_id)
            preset.watermark_version = preset.watermark.version if preset.watermark else ""
            if before.presets.get(preset.name) != PublishedPreset(preset.revision, preset.recipe, preset.mark):
                preset.revision = revision
                found = Preset._base_manager.using(using).filter(pk=preset.pk)
                found.update(revision=revision, watermark_version=preset.watermark_version)
                recipe_changed.send(sender=Preset, instance=preset, created=False, using=using)
                renewed.append(preset.name)
    manifest.publish()
    return renewed
