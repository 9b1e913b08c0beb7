"""Collections: which images belong together, and whether an analyser may look at them."""

from __future__ import annotations

from django.db import models

from assets.models.named import NamedRow


class Collection(NamedRow):
    """Images that belong together. An image is in one collection or in none."""

    analysed = models.BooleanField(
        "look at its images",
        default=False,
        help_text="What is in the images of this collection is looked at, once each, after their upload.",
    )

    class Meta(NamedRow.Meta):
        permissions = (("analyse_collection", "Can have the images of a collection looked at"),)
