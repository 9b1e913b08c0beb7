"""Whether database and storage agree: images without an original, and originals without an image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from assets import publication
from assets.jobs.lifecycle import OPEN
from assets.models import Asset, Purge
from assets.models.rows import has_value, primary
from assets.placeholders import add_placeholder
from assets.purge import request_purge
from assets.storage import find_original, object_store
from edge.contract.original import OriginalFacts, original_object_key

_PREFIX = original_object_key("")
State = Asset.State


class Problem(StrEnum):
    """What can be wrong with a key."""

    NO_ORIGINAL = "row without original"
    NOT_PUBLISHED = "row whose file waits to be published"
    NO_PLACEHOLDER = "image whose metadata has no size and no placeholder"
    NO_ROW = "original without row"
    COPIED = "original without row that was copied into storage"


#: What `fix` does. Nothing is done about a copy: imagehub did not put it there.
FIXES = {
    Problem.NO_ORIGINAL: "mark the image, so that an editor uploads its file again",
    Problem.NOT_PUBLISHED: "publish the file",
    Problem.NO_PLACEHOLDER: "examine the original again, and complete its metadata",
    Problem.NO_ROW: "delete the original and its variants, and invalidate CloudFront's copies",
    Problem.COPIED: "",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One key with a problem."""

    key: str
    problem: Problem


def find() -> Iterator[Finding]:
    """Compare every row with every original. Raises `StorageUnavailable`.

    What one listing lacks is looked up again, so that no work in progress is a finding.
    """
    # First the originals: each of them was published after its row was committed.
    stored = {name.removeprefix(_PREFIX) for name in object_store().list(_PREFIX)}
    rows = primary(Asset).order_by("key").values_list("key", "state", "placeholder")
    for key, state, placeholder in rows.iterator():
        if state == State.PUBLISHING:
            yield Finding(key, Problem.NOT_PUBLISHED)
        elif state == State.FAILED or (key not in stored and find_original(key) is None and _is_published(key)):
            yield Finding(key, Problem.NO_ORIGINAL)
        elif not placeholder:
            yield Finding(key, Problem.NO_PLACEHOLDER)
        stored.discard(key)
    for key in sorted(stored):
        if problem := _problem_without_row(key):
            yield Finding(key, problem)


def fix(finding: Finding) -> bool:
    """Do what `FIXES` says. Returns whether the problem is solved, or will be by a worker."""
    if finding.problem == Problem.COPIED:
        return False
    if finding.problem == Problem.NO_ROW:
        request_purge(finding.key, reason=Purge.Reason.DELETED, action=Purge.Action.DELETE_ORIGINAL)
        return True
    asset = primary(Asset).filter(key=finding.key).first()
    if asset is None:
        return True  # deleted since
    if finding.problem == Problem.NOT_PUBLISHED:
        publication.publish(asset.pk)
        return primary(Asset).filter(pk=asset.pk, state=State.PUBLISHED).exists()
    if finding.problem == Problem.NO_PLACEHOLDER:
        return add_placeholder(asset)
    publication.record_lost(asset)
    return False  # only an editor can


def _problem_without_row(key: str) -> Problem | None:
    deletions = primary(Purge).filter(action=Purge.Action.DELETE_ORIGINAL, state__in=OPEN)
    if has_value(primary(Asset), "key", key) or has_value(deletions, "subject", key):
        return None
    head = find_original(key)
    if head is None:
        return None
    return Problem.NO_ROW if OriginalFacts.read(head.metadata) else Problem.COPIED


def _is_published(key: str) -> bool:
    return primary(Asset).filter(key=key, state=State.PUBLISHED).exists()
