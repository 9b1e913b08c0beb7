"""`img_url`: a picture's public URL, by string building alone. No query, no storage call."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Protocol

from assets import preset_revisions
from assets.aws import credentials
from assets.conf import config
from edge.contract import keys
from edge.contract.errors import BadRequest, ServiceUnavailable
from edge.contract.negotiation import FORMATS
from edge.contract.policy import Policy, load_policy
from edge.contract.recipe import FIELDS, PresetRef, Recipe, RecipeOrPreset, make_recipe
from edge.contract.request import ImageRequest, NoSigningKey, signing_key
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.signing_keys.shared import shared_signing_keys

OPTIONS = ("height", "fit", "gravity", "format", "quality", "preset")
_FIELDS = {field.name: field for field in FIELDS}


class ImageOptionError(ValueError):
    """An option of `img_url` that there is not, or a value that it does not take. The message lists what is right."""


class Picture(Protocol):
    """What `img_url` reads of a picture."""

    @property
    def key(self) -> str: ...
    @property
    def version(self) -> str: ...


class NamedRecipe(Protocol):
    """What `img_url` reads of a preset."""

    @property
    def name(self) -> str: ...
    @property
    def revision(self) -> int: ...


def img_url(
    photo: Picture | str | None,
    width: object = None,
    /,
    *,
    height: object = None,
    fit: object = None,
    gravity: object = None,
    format: object = None,
    quality: object = None,
    preset: NamedRecipe | str | None = None,
    **unknown: object,
) -> str:
    """The URL of ``photo`` at a size in pixels; ``""`` where there is no photo.

    ``photo`` is an asset, or a key, whose URL then names no version. A size that the ladder does not list is signed,
    never rounded. ``preset``, a name or a `Preset`, goes with ``format`` only. None and ``""`` count as not given.

    Raises `ImageOptionError`, and `NoSigningKey` where a signature is needed and there is no key to make one with.
    """
    if unknown:
        raise unknown_option(next(iter(unknown)))
    if isinstance(gravity, list):
        gravity = tuple(gravity)  # what is cached must be hashable
    policy = load_policy()
    recipe = _recipe(policy.quality, width, height, fit, gravity, quality)
    what = _preset(preset, recipe) if preset else recipe
    wanted = _format(format) if format else "auto"
    key, version = (photo, None) if isinstance(photo, str) else _identity(photo)
    if not key or version == "":
        return ""
    key_to_sign = _signer(what, policy) if policy.needs_signature(what) else None
    return config().cdn_url + _path(_key(key), what, wanted, version, key_to_sign)


def unknown_option(name: str) -> ImageOptionError:
    """The error for an option that `img_url` does not have."""
    hint = " (it stands right after the photo, without a name)" if name == "width" else ""
    return ImageOptionError(f"{name} is not an option of img_url{hint}; there are {' '.join(OPTIONS)}.")


def _identity(photo: Picture | None) -> tuple[str, str]:
    if not photo:
        return "", ""
    try:
        return photo.key, photo.version
    except AttributeError:
        kind = type(photo).__name__
        raise ImageOptionError(f"img_url takes an asset, or a key such as photos/beach.jpg, not a {kind}.") from None


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    try:
        return keys.parse_key(text)
    except BadRequest as error:
        raise ImageOptionError(f"{text[:60]}: {error.message}") from None


@lru_cache(maxsize=4096, typed=True)
def _recipe(
    default_quality: int, width: object, height: object, fit: object, gravity: object, quality: object
) -> Recipe:
    given = {"width": width, "height": height, "fit": fit, "gravity": gravity, "quality": quality}
    options = {name: _read(name, text) for name, value in given.items() if (text := _text(value))}
    return make_recipe(options, default_quality)


def _read(name: str, text: str) -> object:
    try:
        return _FIELDS[name].read(name, text)
    except BadRequest as error:
        raise ImageOptionError(error.message) from None


def _text(value: object) -> str:
    """``value`` as a URL would spell it; templates give numbers as int, str, Decimal or float."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(f"{side:.6f}" if isinstance(side, float) else str(side) for side in value)
    text = str(value)
    return text if isinstance(value, str) else text.removesuffix(".0")


@lru_cache(maxsize=64)
def _format(value: object) -> str:
    if value not in FORMATS:
        raise ImageOptionError(f"format={value} is not valid. format must be one of {' '.join(FORMATS)}.")
    return str(value)


def _preset(preset: NamedRecipe | str, recipe: Recipe) -> PresetRef:
    if recipe != Recipe():
        raise ImageOptionError("preset does not go with a size: of the other options it takes only format.")
    if not isinstance(preset, str):
        try:
            return PresetRef(preset.name, preset.revision)
        except AttributeError:
            raise ImageOptionError(f"preset takes a preset or its name, not a {type(preset).__name__}.") from None
    try:
        return PresetRef(str(preset), preset_revisions.revision(preset))
    except LookupError:
        names = " ".join(preset_revisions.names()) or "none yet"
        raise ImageOptionError(f"{preset} is not a preset; there are {names}.") from None


# Pages show the same pictures again and again, and a signature takes three times as long as all else here.
@lru_cache(maxsize=4096)
def _path(key: str, what: RecipeOrPreset, wanted: str, version: str | None, signs: SigningKey | None) -> str:
    request = ImageRequest(key, what, wanted, version)
    return (request.signed_by(signs) if signs else request).spell()


def _signer(what: RecipeOrPreset, policy: Policy) -> SigningKey:
    try:
        policy.check_limits(what)
        return signing_key(policy, _ring(policy.secret), time.time())
    except BadRequest as error:
        raise ImageOptionError(error.message) from None
    except (NoSigningKey, ServiceUnavailable) as error:
        raise NoSigningKey(
            f"{what.slug} needs a signature, and there is no key to make one with. {error} "
            'To sign URLs, name the place of a key as "secret" in policy.json, such as file:///etc/imagehub/keys.json.'
        ) from None


def _ring(secret: str) -> KeyRing | None:
    return shared_signing_keys(secret, credentials).ring() if secret else None
