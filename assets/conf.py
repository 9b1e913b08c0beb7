"""``settings.IMAGEHUB`` as one typed object: parsed when it is first used, and again after the setting has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

_REQUIRED = ("CDN_URL", "STORE")


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one project. All are strings.

    ``cdn_url``: the start of every image URL, without a slash at its end. ``store``: the bucket or directory, as
    `edge.storage.objects.location.open_store` reads it. ``distribution_id``: the distribution that purges invalidate;
    empty invalidates nothing. ``other_distribution_ids``: those of others that show the same images, with commas
    between them. ``cloudfront_endpoint``: a CloudFront API other than AWS's, such as the local one.
    ``analyser``: what looks at new images, one of `assets.analysis.analyser.ANALYSERS`; empty: nothing.
    ``analyser_region``: the AWS region of the analyser ``rekognition``. ``analyser_endpoint``: one other than AWS's.
    ``analyser_per_second``: how many images may be sent to it a second. ``analyser_monthly_calls``: how many calls it
    may get a month. Both are whole numbers; if empty, there is no limit.
    ``moderation_labels``: names with commas between them; one of these labels, or one in such a category, flags an
    image. ``moderation_confidence``: how sure it must be, in percent. ``moderation_unreviewed``: what visitors see of a
    flagged image until it is reviewed: ``shown``, ``blurred`` or ``withheld``. ``trash_days``: for how many days an
    image in the trash can be restored.
    """

    cdn_url: str
    store: str
    distribution_id: str = ""
    other_distribution_ids: str = ""
    cloudfront_endpoint: str = ""
    analyser: str = ""
    analyser_region: str = ""
    analyser_endpoint: str = ""
    analyser_per_second: str = "5"
    analyser_monthly_calls: str = ""
    moderation_labels: str = (
        "Explicit, Non-Explicit Nudity, Obstructed Intimate Parts, Violence, Visually Disturbing, Hate Symbols"
    )
    moderation_confidence: str = "80"
    moderation_unreviewed: str = "blurred"
    trash_days: str = "30"

    @property
    def distributions(self) -> tuple[str, ...]:
        """The ids of all distributions, the one that purges are followed at last; none if none is configured."""
        others = (name.strip() for name in self.other_distribution_ids.split(","))
        return tuple(name for name in (*others, self.distribution_id) if name)


@cache
def config() -> Config:
    """The settings in force. Raises `ImproperlyConfigured` with the mistake and what to write instead."""
    given = getattr(settings, "IMAGEHUB", None)
    if not isinstance(given, Mapping):
        raise ImproperlyConfigured(f"IMAGEHUB must be a dictionary, but is {given!r}.")
    known = {name.upper(): name for name in Config.__dataclass_fields__}
    if unknown := [name for name in given if name not in known]:
        raise ImproperlyConfigured(f"IMAGEHUB has no setting {unknown[0]!r}. It has {', '.join(sorted(known))}.")
    for name, value in given.items():
        if not isinstance(value, str):
            raise ImproperlyConfigured(f'IMAGEHUB["{name}"] must be a string, but is {value!r}.')
    if missing := [name for name in _REQUIRED if not given.get(name)]:
        raise ImproperlyConfigured(f"IMAGEHUB needs {missing[0]}.")
    values = {known[name]: value for name, value in given.items()}
    return Config(**{**values, "cdn_url": values["cdn_url"].rstrip("/")})


def _forget(*, setting: str, **_: object) -> None:
    if setting == "IMAGEHUB":
        config.cache_clear()


setting_changed.connect(_forget)
