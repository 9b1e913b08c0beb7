"""The reviews that wait, one after another."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from assets.models import Asset, Review


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Where a review is in the queue: its number, how many wait, and the images before and after it, if there are."""

    number: int
    count: int
    previous: int | None
    next: int | None


def waiting() -> QuerySet[Review]:
    """The open reviews, oldest first. Those of images in the trash wait until the image is restored."""
    return Review.objects.filter(state=Review.State.OPEN, asset__trashed_at=None).order_by("pk")


def place_of(review: Review) -> QueuePlace:
    """The place of an open review. After the last one comes the first one again."""
    rows = waiting()
    others = rows.exclude(asset_id=review.asset_id)
    before, after = others.filter(pk__lt=review.pk).reverse(), others.filter(pk__gt=review.pk)
    return QueuePlace(
        number=rows.filter(pk__lte=review.pk).count(),
        count=rows.count(),
        previous=_image(before) or _image(others.reverse()),
        next=_image(after) or _image(others),
    )


def next_image(after: int = 0) -> int | None:
    """The image to review after the review ``after``; None if nothing waits."""
    return _image(waiting().filter(pk__gt=after)) or _image(waiting())


def decided_elsewhere(asset: Asset) -> list[Review]:
    """What was decided about other images with the same file, the last decision first."""
    same = Review.objects.filter(sha256=asset.sha256, decision__in=Review.VERDICTS).exclude(asset=asset)
    return list(same.select_related("asset", "decided_by").order_by("-decided_at")[:5])


def _image(rows: QuerySet[Review]) -> int | None:
    return rows.values_list("asset_id", flat=True).first()
