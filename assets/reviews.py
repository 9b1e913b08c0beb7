"""Reviews of images: opened when an image is flagged, decided by a reviewer, under the lock of the image's row."""

from __future__ import annotations

from typing import Any

from django.db import router, transaction
from django.utils import timezone

from assets.models import Analysis, Asset, Review
from assets.models.review import MAX_WHY
from assets.models.rows import primary
from assets.moderation import categories, flags, unreviewed_verdict

Decision, State = Review.Decision, Review.State

#: What a reviewer can decide.
DECISIONS = (*map(str, Review.VERDICTS), str(Decision.TRASHED))


class OutdatedReview(Exception):
    """The image is not what the reviewer saw: somebody has decided, replaced its file or moved it to the trash."""


class CannotUndo(Exception):
    """The message says why a decision stays."""


def flag(asset: Asset, analysis: Analysis) -> bool:
    """Open a review of a locked ``asset`` if what was seen in its file flags it. Returns whether it does.

    Does nothing if there is an open review of the same bytes, or if somebody has decided about them: the same file is
    not reviewed twice for one image. Does not save the image.
    """
    labels = flags(analysis.moderation)
    if not labels or has_review(asset):
        return False
    _open(asset, labels, analysis)
    asset.verdict = asset.verdict or unreviewed_verdict()
    return True


def follow_file(asset: Asset, user_id: Any, using: str) -> None:
    """After a file was received: close the reviews of the file before, and open one if the new file is known already.

    The image's row is locked, and its verdict is that of the new file.
    """
    earlier = primary(Review, using).filter(asset=asset, state=State.OPEN).exclude(sha256=asset.sha256)
    closed = {"decided_by_id": user_id, "decided_at": timezone.now()}
    earlier.update(state=State.DECIDED, decision=Decision.REPLACED, **closed)
    known = Analysis.known(asset.sha256)
    if known and (labels := flags(known.moderation)) and not has_review(asset):
        _open(asset, labels, known)


def decide(asset_pk: Any, decision: str, *, user_id: Any = None, why: str = "", seen: str | None = None) -> Review:
    """Decide what visitors see of an image, and publish it when the transaction commits. Returns the review.

    It is the open one, or a new one. ``seen`` is the `mark` of what the reviewer saw. Raises `Asset.DoesNotExist`,
    `ValueError` for a ``decision`` that a reviewer cannot make, and `OutdatedReview` if the image is not what was
    seen any more: nothing is decided then.
    """
    if decision not in DECISIONS:
        raise ValueError(f"{decision!r} is no decision. Use {', '.join(DECISIONS)}.")
    using = router.db_for_write(Asset)
    with transaction.atomic(using):
        asset = primary(Asset, using).select_for_update().get(pk=asset_pk)
        latest = latest_review(asset)
        if seen is not None and seen != mark(asset, latest):
            raise OutdatedReview
        review = latest if latest and latest.is_open else Review(asset=asset, sha256=asset.sha256)
        review.state, review.decision = State.DECIDED, Decision(decision)
        review.before, review.why = asset.verdict, why.strip()[:MAX_WHY]
        review.decided_by_id, review.decided_at = user_id, timezone.now()
        review.save(using=using)
        if review.decision == Decision.TRASHED:
            _save(asset, user_id, trashed_at=review.decided_at, trashed_by_id=user_id)
        else:
            _save(asset, user_id, verdict=Review.VERDICTS[review.decision])
    return review


def undo(review_pk: Any, *, user_id: Any) -> Review:
    """Take back the last decision about an image, which this user has made: visitors see what they saw before it.

    A flagged image waits for a review again. Raises `Review.DoesNotExist` and `CannotUndo`.
    """
    using = router.db_for_write(Asset)
    with transaction.atomic(using):
        asset_pk = primary(Review, using).values_list("asset_id", flat=True).get(pk=review_pk)
        asset = primary(Asset, using).select_for_update().get(pk=asset_pk)
        review = primary(Review, using).get(pk=review_pk)
        _check_undo(asset, review, user_id)
        _save(asset, user_id, verdict=review.before, trashed_at=None, trashed_by_id=None)
        if review.labels:
            _reopen(review, using)
        else:
            review.delete(using=using)
    return review


def mark(asset: Asset, latest: Review | None) -> str:
    """What a reviewer decides about: the file, whether it is in the trash, and what was decided before."""
    where = "trash" if asset.is_trashed else "library"
    return f"{asset.sha256[:16]}.{where}.{latest.pk if latest else 0}.{latest.state if latest else ''}"


def latest_review(asset: Asset) -> Review | None:
    """The last review of the file that the image has now."""
    return primary(Review).filter(asset=asset, sha256=asset.sha256).order_by("-pk").first()


def has_review(asset: Asset) -> bool:
    """Whether a review of the image's file waits, or somebody has decided about it: then it is not flagged again."""
    about = primary(Review).filter(asset=asset, sha256=asset.sha256)
    return about.filter(state=State.OPEN).exists() or about.filter(decision__in=Review.VERDICTS).exists()


def ask_again(asset: Asset) -> None:
    """Open a review of a locked ``asset`` that comes back from the trash, if a reviewer had moved it there."""
    latest = latest_review(asset)
    if latest and latest.decision == Decision.TRASHED and latest.labels:
        _open(asset, latest.labels, latest.analysis)


def _check_undo(asset: Asset, review: Review, user_id: Any) -> None:
    last = primary(Review).filter(asset=asset).order_by("-pk").first()
    if review.is_open or last != review or asset.sha256 != review.sha256:
        raise CannotUndo("Something else was decided about this image since, or its file was replaced.")
    if review.decided_by_id != user_id:
        raise CannotUndo("Only the person who decided can undo the decision. Decide again instead.")
    trashed = review.decision == Decision.TRASHED
    if asset.is_trashed != trashed or (not trashed and asset.verdict != Review.VERDICTS.get(review.decision)):
        raise CannotUndo("The image was moved to the trash or restored since.")


def _open(asset: Asset, labels: list[dict[str, Any]], analysis: Analysis | None) -> None:
    names = dict.fromkeys([*categories(labels), *(label["name"] for label in labels)])
    text = "|".join(names).lower()
    Review(asset=asset, sha256=asset.sha256, labels=labels, label_names=f"|{text}|", analysis=analysis).save()


def _reopen(review: Review, using: str) -> None:
    review.state, review.decision, review.before, review.why = State.OPEN, "", "", ""
    review.decided_by_id = review.decided_at = None
    review.save(using=using)


def _save(asset: Asset, user_id: Any, **values: Any) -> None:
    for name, value in {**values, "updated_by_id": user_id}.items():
        setattr(asset, name, value)
    asset.save(update_fields=[*values, "updated_by_id", "updated_at"])
