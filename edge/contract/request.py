"""What one public URL asks for, who may have it, and the canonical spelling of that URL.

See "The public URL" in docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from edge.contract.errors import Forbidden
from edge.contract.policy import Policy
from edge.contract.recipe import DEFAULTS, FIELDS, PresetRef, Recipe, RecipeOrPreset
from edge.contract.signing import Claim, KeyRing, SigningKey
from edge.contract.url_path import encode_path

_FULL = Recipe()


class NoSigningKey(ValueError):
    """A URL needs a signature and there is no key to make one with."""


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """The meaning of one public URL. ``expires`` is a unix time in seconds."""

    key: str
    recipe: RecipeOrPreset = _FULL
    format: str = "auto"
    version: str | None = None
    expires: int | None = None
    signature: str | None = None

    @property
    def claim(self) -> Claim:
        """What the signature covers: a preset by its name, so that the revision may be added."""
        named = PresetRef(self.recipe.name) if isinstance(self.recipe, PresetRef) else self.recipe
        return Claim(self.key, named.slug, self.format, self.expires)

    def authorise(self, policy: Policy, find_key: Callable[[str], SigningKey | None], now: float) -> RecipeOrPreset:
        """What this visitor gets: the recipe as it is if signed, else raised to the ladder.

        Raises `Forbidden` without the valid signature that it needs, and `BadRequest` above the hard limits.
        """
        if self.signature is not None:
            self.claim.verify(self.signature, find_key, now)
            policy.check_limits(self.recipe)
            return self.recipe
        snapped = policy.snap(self.recipe)
        if policy.needs_signature(snapped) or self.expires is not None:
            raise Forbidden("signature_missing", why_signed(policy))
        return snapped

    def signed(self, policy: Policy, ring: KeyRing | None, now: float) -> ImageRequest:
        """This request, signed if ``policy`` asks for it. Raises `NoSigningKey` if no key is available."""
        policy.check_limits(self.recipe)
        if self.expires is None and not policy.needs_signature(self.recipe):
            return self
        return self.signed_by(signing_key(policy, ring, now))

    def signed_by(self, key: SigningKey) -> ImageRequest:
        """This request with a signature by ``key``."""
        return ImageRequest(self.key, self.recipe, self.format, self.version, self.expires, self.claim.sign(key))

    @property
    def query(self) -> str:
        """The query, canonically: ``w=300&v=1f2e3d4c``; empty if nothing differs from the defaults."""
        pairs = [*_spell_recipe(self.recipe)]
        if self.format != "auto":
            pairs.append(f"f={self.format}")
        if self.version is not None:
            pairs.append(f"v={self.version}")
        if self.expires is not None:
            pairs.append(f"e={self.expires}")
        if self.signature is not None:
            pairs.append(f"s={self.signature}")
        return "&".join(pairs)

    def spell(self) -> str:
        """The path and query, canonically: ``/photo.jpg?w=300&v=1f2e3d4c``."""
        path, query = "/" + encode_path(self.key), self.query
        return f"{path}?{query}" if query else path


def signing_key(policy: Policy, ring: KeyRing | None, now: float) -> SigningKey:
    """The key to sign with. Raises `NoSigningKey` if there is none."""
    if ring is None:
        raise NoSigningKey(why_signed(policy))
    return ring.signer(now)


def why_signed(policy: Policy) -> str:
    if policy.signed == "always":
        return "Every URL here needs a signature (s)."
    rungs = " ".join(map(str, policy.ladder))
    return (
        f"This needs a signature (s). Without one you can have w or h of {rungs}; "
        "both, in a listed ratio with fit cover or inside; or a preset."
    )


@lru_cache(maxsize=1024)
def _spell_recipe(recipe: RecipeOrPreset) -> tuple[str, ...]:
    if isinstance(recipe, PresetRef):
        return (f"p={recipe}",)
    shown = [field for field in FIELDS if _is_shown(recipe, field.name)]
    return tuple(f"{field.short}={_spell_value(getattr(recipe, field.name))}" for field in shown)


def _is_shown(recipe: Recipe, name: str) -> bool:
    value = getattr(recipe, name)
    if name == "fit":
        return value not in ("", "cover")  # the default for both sides
    return bool(value != DEFAULTS[name])


def _spell_value(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(f"{side / 1000:g}" for side in value)
    return "1" if value is True else str(value)
