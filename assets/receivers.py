"""What follows from a change: purges, and a publication of the manifest. Works for single rows and querysets alike."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver

from assets import incoming, tasks
from assets.analysis.forgetting import forget
from assets.analysis.looking import request_analysis
from assets.models import Asset, ManifestState, Preset, PresetUse, Purge
from assets.models.rows import locked
from assets.purge import request_purge
from assets.reviews import follow_file
from assets.signals import (
    collection_changed,
    faces_found,
    file_replaced,
    manifest_outdated,
    original_changed,
    original_published,
    original_saved,
    recipe_changed,
)
from assets.warming import request_warming

Kind, Reason, Action = Purge.Kind, Purge.Reason, Purge.Action


@receiver(original_saved, sender=Asset, dispatch_uid="imagehub.file_received")
def review_received_file(instance: Asset, using: str, **_: Any) -> None:
    """A new file has not been reviewed; if its bytes are known, it may have to be."""
    if instance.incoming:
        follow_file(instance, instance.updated_by_id, using)


@receiver(original_saved, sender=Asset, dispatch_uid="imagehub.original_saved")
def publish_original_on_commit(instance: Asset, using: str, **_: Any) -> None:
    """Publish the original once the row that describes it is committed."""
    transaction.on_commit(partial(tasks.publish_original_on_commit, instance.pk), using=using, robust=True)


@receiver(original_changed, sender=Asset, dispatch_uid="imagehub.original_changed")
def purge_old_variants(instance: Asset, using: str, **_: Any) -> None:
    """Delete the variants of the replaced original."""
    request_purge(
        instance.key,
        reason=Reason.REPLACED,
        action=Action.DELETE_VARIANTS,
        user_id=instance.updated_by_id,
        using=using,
    )


@receiver(original_published, sender=Asset, dispatch_uid="imagehub.original_published")
def render_fallback(instance: Asset, using: str, **_: Any) -> None:
    """The fallback image is rendered from the original, and the manifest names it by the original's version."""
    if ManifestState.is_fallback(instance.key, using):
        ManifestState.request_revision(using)


@receiver(original_published, sender=Asset, dispatch_uid="imagehub.watermark_published")
def renew_watermarked(instance: Asset, using: str, **_: Any) -> None:
    """Presets whose watermark is another image now get a new revision, and what they rendered is purged."""
    marked = Preset.objects.using(using).filter(watermark_id=instance.pk)
    for preset in marked.exclude(watermark_version=instance.version):
        preset.save(update_fields=["watermark_version"], using=using)


@receiver(original_published, sender=Asset, dispatch_uid="imagehub.original_looked_at")
def look_at_original(instance: Asset, **_: Any) -> None:
    """Look at what is in the image, once. The image is published meanwhile."""
    if instance.faces is None:
        request_analysis(instance.sha256)


@receiver(faces_found, sender=Asset, dispatch_uid="imagehub.faces_found")
def warm_again(instance: Asset, presets: Collection[str], **_: Any) -> None:
    """Render again what visitors or editors had asked for, once the purge of the version before is done."""
    if presets:
        request_warming([instance], presets=presets)


@receiver(collection_changed, sender=Asset, dispatch_uid="imagehub.asset_moved")
def look_at_moved(instance: Asset, **_: Any) -> None:
    """Look at an image that was moved to a collection whose images are looked at."""
    request_analysis(instance.sha256)


@receiver(file_replaced, sender=Asset, dispatch_uid="imagehub.file_replaced")
def forget_old_file(sha256: str, using: str, **_: Any) -> None:
    """Forget what was seen in the file that the image had before."""
    transaction.on_commit(partial(forget, sha256), using=using, robust=True)


@receiver(pre_delete, sender=Asset, dispatch_uid="imagehub.asset_incoming")
def read_incoming(instance: Asset, using: str, **_: Any) -> None:
    """Take the name of a received file from the locked row: the instance may be older."""
    if row := locked(instance, using):
        instance.incoming = row.incoming


@receiver(post_delete, sender=Asset, dispatch_uid="imagehub.asset_deleted")
def purge_deleted_asset(instance: Asset, using: str, **_: Any) -> None:
    """Delete the original and its variants. A deleted image is no fallback image any more."""
    request_purge(
        instance.key,
        reason=Reason.DELETED,
        action=Action.DELETE_ORIGINAL,
        user_id=instance.updated_by_id,
        using=using,
    )
    transaction.on_commit(partial(forget, instance.sha256), using=using, robust=True)
    if instance.incoming:
        transaction.on_commit(partial(incoming.discard, instance.incoming), using=using, robust=True)
    if ManifestState.is_fallback(instance.key, using):
        ManifestState.choose_fallback("", using)


@receiver(recipe_changed, sender=Preset, dispatch_uid="imagehub.recipe_changed")
def invalidate_preset(instance: Preset, created: bool, using: str, **_: Any) -> None:
    """Invalidate what was rendered with the old recipe. Of a new preset there is nothing yet."""
    if not created:
        _invalidate(instance, using)


@receiver(post_delete, sender=Preset, dispatch_uid="imagehub.preset_deleted")
def unpublish_preset(instance: Preset, using: str, **_: Any) -> None:
    """Remove the preset from the manifest and invalidate what was rendered with it."""
    # What templates that still name it show from now on.
    PresetUse.objects.using(using).update_or_create(name=instance.name, defaults={"slug": instance.recipe.slug})
    # First the manifest: a variant that is rendered after the invalidation must not find the preset again.
    ManifestState.request_revision(using)
    _invalidate(instance, using)


@receiver(manifest_outdated, sender=ManifestState, dispatch_uid="imagehub.manifest_outdated")
def publish_on_commit(using: str, revision: int, **_: Any) -> None:
    """Publish once after the commit, however many changes the transaction makes."""
    transaction.on_commit(partial(tasks.publish_on_commit, revision), using=using, robust=True)


def _invalidate(preset: Preset, using: str) -> None:
    request_purge(
        preset.name,
        kind=Kind.PRESET,
        reason=Reason.CHANGED,
        action=Action.INVALIDATE,
        user_id=preset.updated_by_id,
        using=using,
    )
