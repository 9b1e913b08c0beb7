"""What was asked of an analyser that costs money or has a rate: all workers count here."""

from __future__ import annotations

from django.db import models


class AnalyserUsage(models.Model):
    """The calls of one month, which AWS counts in UTC, and the looks of the last second in which there were any."""

    month = models.CharField(max_length=7, unique=True, editable=False, help_text="In UTC, such as 2026-11.")
    calls = models.PositiveIntegerField(default=0, editable=False)
    #: The second, of the database's clock, in which the next look may begin, and how many have been given to it.
    second = models.BigIntegerField(default=0, editable=False)
    looks = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("-month",)

    def __str__(self) -> str:
        return f"{self.calls} calls in {self.month}"
