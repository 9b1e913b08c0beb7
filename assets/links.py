"""`img_url`: the public URL of an image. It builds a string, without a query or a call to storage."""

from __future__ import annotations

import logging
import re
import time
from dataclasses import asdict
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.db.models import Model

from assets.aws import credentials
from assets.conf import config
from assets.image_options import (
    ImageOptionError,
    PresetLike,
    PresetMissing,
    parse_format,
    parse_preset,
    parse_recipe,
    unknown_option,
)
from edge.contract import keys
from edge.contract.errors import BadRequest, ServiceUnavailable
from edge.contract.policy import Policy, load_policy
from edge.contract.recipe import Recipe, RecipeOrPreset, make_recipe
from edge.contract.request import ImageRequest, NoSigningKey, signing_key
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.signing_keys.shared import shared_signing_keys

log = logging.getLogger(__name__)

#: Keys that a string literal in a template tag can hold as they are.
_LITERAL = re.compile(r'[^"\\{}]+')


class InvalidKey(ImageOptionError):
    """A text that is no key, which an editor of a host's own form may have typed."""


class AssetLike(Protocol):
    """What `img_url` reads of an asset."""

    @property
    def key(self) -> str: ...
    @property
    def version(self) -> str: ...


def img_url(
    photo: AssetLike | str | None,
    width: object = None,
    /,
    *,
    height: object = None,
    fit: object = None,
    gravity: object = None,
    face: object = None,
    pad: object = None,
    format: object = None,
    quality: object = None,
    preset: PresetLike | str | None = None,
    **unknown: object,
) -> str:
    """The URL of ``photo`` at a size in pixels; ``""`` if there is no photo.

    ``photo`` is an asset, or a key, whose URL then has no version. A size that is not on the ladder is signed, never
    rounded. ``preset``, a name or a `Preset`, goes with ``format`` only. None and ``""`` count as not given.
    In place of a preset that is gone, there is the image at its last recipe; with ``DEBUG``, an error.

    Raises `ImageOptionError`, and `NoSigningKey` if a signature is needed and no key is available.
    """
    if unknown:
        raise unknown_option(next(iter(unknown)))
    if isinstance(gravity, list):
        gravity = tuple(gravity)  # the cache needs a hashable value
    policy = load_policy()
    recipe = parse_recipe(
        policy.quality, width=width, height=height, fit=fit, gravity=gravity, face=face, pad=pad, quality=quality
    )
    requested = _preset_or_substitute(preset, recipe, policy) if preset else recipe
    format_ = parse_format(format) if format else "auto"
    key, version = (photo, None) if isinstance(photo, str) else _key_and_version(photo)
    if not key or version == "":
        return ""
    signer = _signing_key(requested, policy) if policy.needs_signature(requested) else None
    return config().cdn_url + _path(_parse_key(key), requested, format_, version, signer)


def page_url(*arguments: Any, **options: Any) -> str:
    """`img_url` for a page: a text that is no key, as an editor may type it, gives ``""`` outside ``DEBUG``."""
    try:
        return img_url(*arguments, **options)
    except InvalidKey as error:
        if settings.DEBUG:
            raise
        _log_once(str(error))
        return ""


def _preset_or_substitute(preset: PresetLike | str, recipe: Recipe, policy: Policy) -> RecipeOrPreset:
    """The preset. If an editor has deleted it: its last recipe, at sizes that this process can make a URL for."""
    try:
        return parse_preset(preset, recipe)
    except PresetMissing as error:
        if settings.DEBUG:
            raise
        _log_once(f"{error} Its last known recipe is shown, or the full image.")
        last = make_recipe(asdict(error.recipe), policy.quality)
    return next((each for each in (last, policy.snap(last)) if _is_available(each, policy)), Recipe())


def _is_available(recipe: RecipeOrPreset, policy: Policy) -> bool:
    try:
        return not policy.needs_signature(recipe) or bool(_signing_key(recipe, policy))
    except (ImageOptionError, NoSigningKey):
        return False


@lru_cache(maxsize=256)
def _log_once(message: str) -> None:
    log.warning(message)


def template_tag(key: str, arguments: str = "300") -> str:
    """The source of a template tag for the image with ``key``, to paste into a template.

    A key that a template cannot quote becomes the variable ``photo``.
    """
    photo = f'"{key}"' if _LITERAL.fullmatch(key) else "photo"
    return f"{{% img_url {photo} {arguments} %}}"


def _key_and_version(photo: AssetLike | None) -> tuple[str, str | None]:
    if not photo:
        return "", ""
    try:
        if isinstance(photo, Model) and "version" not in photo.__dict__:
            return _deferred(photo)
        return photo.key, photo.version
    except AttributeError:
        kind = type(photo).__name__
        raise ImageOptionError(f"img_url needs an asset or a key such as photos/beach.jpg, not {kind}.") from None


def _deferred(photo: Any) -> tuple[str, str | None]:
    """A key alone makes a URL. So a page whose own query left out the version costs no query for each image."""
    left_out = photo.get_deferred_fields() & {"key", "version"}
    if left_out:
        _log_once(f"only() or defer() leaves out an image's {' and '.join(sorted(left_out))}, which img_url reads.")
    if "key" in left_out:
        photo.refresh_from_db(fields=["key", "version"])
    return photo.key, photo.__dict__.get("version") if left_out else photo.version


@lru_cache(maxsize=4096)
def _parse_key(text: str) -> str:
    try:
        return keys.parse_key(text)
    except BadRequest as error:
        raise InvalidKey(f"{text[:60]}: {error.message}") from None


# Pages show the same images again and again, and signing takes three times as long as everything else here.
@lru_cache(maxsize=4096)
def _path(key: str, recipe: RecipeOrPreset, format_: str, version: str | None, signer: SigningKey | None) -> str:
    request = ImageRequest(key, recipe, format_, version)
    return (request.signed_by(signer) if signer else request).spell()


def _signing_key(recipe: RecipeOrPreset, policy: Policy) -> SigningKey:
    try:
        policy.check_limits(recipe)
        return signing_key(policy, _key_ring(policy.secret), time.time())
    except BadRequest as error:
        raise ImageOptionError(error.message) from None
    except (NoSigningKey, ServiceUnavailable) as error:
        raise NoSigningKey(
            f"The URL of {recipe.slug} needs a signature, but no signing key is available. {error} To sign URLs, set "
            '"secret" in policy.json to the location of the keys, such as file:///etc/imagehub/keys.json.'
        ) from None


def _key_ring(secret: str) -> KeyRing | None:
    return shared_signing_keys(secret, credentials).ring() if secret else None
