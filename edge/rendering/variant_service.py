"""Cooking: from a variant's key to its bytes. What is true is stored, an alias is only answered (contract 2)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from edge.contract.cache_control import ALIAS, IMMUTABLE, PROVISIONAL
from edge.contract.errors import NotFound, ServiceUnavailable, SourceRefused
from edge.contract.original import OriginalFacts, original_object_key
from edge.contract.policy import Policy
from edge.contract.recipe import PresetRef, Recipe, RecipeOrPreset
from edge.contract.slug import parse_slug
from edge.contract.timings import Timings
from edge.contract.variant_key import ANY_VERSION, VariantKey
from edge.image import Rendered, render
from edge.rendering.failure_cache import FailureCache
from edge.rendering.variant_writer import OriginalChanged, Variant, original_missing, store_variant
from edge.storage.errors import Missing, PreconditionFailed, StorageUnavailable, TooLarge
from edge.storage.manifest_cache import ManifestCache
from edge.storage.objects.store import Condition, Head, Object, Store

#: How often an original or a preset may change under our hands before we give up on this request.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class _Original:
    object: Object
    facts: OriginalFacts


@dataclass(frozen=True)
class VariantService:
    """Where the variants of one store are made."""

    store: Store
    policy: Policy
    manifests: ManifestCache
    refusals: FailureCache = field(default_factory=FailureCache)

    def serve(self, asked: VariantKey, timings: Timings) -> Variant:
        """The variant that ``asked`` means. Raises `edge.contract.errors.EdgeError`, `StorageUnavailable`."""
        for _ in range(_ATTEMPTS):
            try:
                variant = self._serve(asked, timings)
            except OriginalChanged:
                continue
            if self._is_current(variant.recipe):
                return variant if self.is_fresh_for(variant.recipe) else replace(variant, cache_control=PROVISIONAL)
        raise ServiceUnavailable("original_changing", "This picture is being replaced; try again in a moment.")

    def is_current(self, stored: VariantKey) -> bool:
        """Whether ``stored``, which is in the store, is what its slug still means; an alias now, where it is not.

        A preset's old look is no longer true though it was when it was made. Where no manifest can be read it will do.
        """
        what = parse_slug(stored.slug)
        try:
            return self._is_current(what)
        except NotFound:
            return not self.is_fresh_for(what)
        except StorageUnavailable:
            return True

    def is_fresh_for(self, what: RecipeOrPreset) -> bool:
        """Whether an answer may be kept: what a preset is now is not known where its manifest cannot be read."""
        return not isinstance(what, PresetRef) or self.manifests.is_fresh

    def _is_current(self, what: RecipeOrPreset) -> bool:
        """Raises `NotFound`, `StorageUnavailable`."""
        return not isinstance(what, PresetRef) or self.manifests.preset(what.name).revision == what.revision

    def _serve(self, asked: VariantKey, timings: Timings) -> Variant:
        original = None
        what, recipe = self._resolve(asked.slug)
        if asked.version != ANY_VERSION and asked.rev == self.policy.rev and asked.slug == what.slug:
            original = self._of_version(asked, timings)
            if original is not None and original.facts.version == asked.version:
                return self._make(asked, what, recipe, original, timings)
        facts, original = self._known(asked.key, original, timings)
        with timings.measure("fetch"):
            stored = self._stored(self._true_key(asked, what, facts), what)
        if stored is None:
            original = original or self._fetch(asked.key, timings)
            stored = self._make(self._true_key(asked, what, original.facts), what, recipe, original, timings)
        return replace(stored, cache_control=ALIAS if stored.cache_control == IMMUTABLE else stored.cache_control)

    def _resolve(self, slug: str) -> tuple[RecipeOrPreset, Recipe]:
        """What ``slug`` means now (a preset: at its current revision), and the recipe to cook."""
        what = parse_slug(slug)
        if isinstance(what, PresetRef):
            preset = self.manifests.preset(what.name)
            return PresetRef(what.name, preset.revision), preset.recipe
        self.policy.check_limits(what)
        return what, what

    def _true_key(self, asked: VariantKey, what: RecipeOrPreset, facts: OriginalFacts) -> VariantKey:
        return VariantKey(asked.key, facts.version, self.policy.rev, what.slug, asked.format_class)

    def _of_version(self, asked: VariantKey, timings: Timings) -> _Original | None:
        """The original, unless it says that it is of another version: then its bytes are not read, since a visitor may
        make up as many versions as he likes."""

        def wanted(head: Head) -> bool:
            facts = OriginalFacts.read(head.metadata)
            return facts is None or facts.version == asked.version

        try:
            return self._fetch(asked.key, timings, wanted)
        except PreconditionFailed:
            return None

    def _known(self, key: str, original: _Original | None, timings: Timings) -> tuple[OriginalFacts, _Original | None]:
        """What the original says of itself; with it where that takes its bytes."""
        facts = None if original else OriginalFacts.read(self._head(key).metadata)
        if facts is not None:
            return facts, None
        original = original or self._fetch(key, timings)
        return original.facts, original

    def _stored(self, true: VariantKey, what: RecipeOrPreset) -> Variant | None:
        """The true variant of an alias, where it has been made before."""
        try:
            found = self.store.get(true.object_key)
        except Missing:
            return None
        head = found.head
        return Variant(true, what, found.body, head.content_type, IMMUTABLE, head.etag, head.last_modified)

    def _head(self, key: str) -> Head:
        try:
            return self.store.head(original_object_key(key))
        except Missing:
            raise original_missing() from None

    def _fetch(self, key: str, timings: Timings, only_if: Condition | None = None) -> _Original:
        with timings.measure("fetch"):
            try:
                found = self.store.get(original_object_key(key), self.policy.max_source_bytes, only_if)
            except Missing:
                raise original_missing() from None
            except TooLarge:
                megabytes = self.policy.max_source_bytes // 2**20
                raise SourceRefused.too_large(f"The original has more than {megabytes} MB.") from None
        facts = OriginalFacts.read(found.head.metadata, found.body)
        assert facts is not None  # noqa: S101  # with a body there always are
        return _Original(found, facts)

    def _make(
        self, key: VariantKey, what: RecipeOrPreset, recipe: Recipe, original: _Original, timings: Timings
    ) -> Variant:
        def work() -> Rendered:
            return render(original.object.body, recipe, key.format_class, focal=focal, policy=self.policy)

        focal = original.facts.focal
        made = self.refusals.attempt((original.object.head.etag, focal, recipe, key.format_class), work)
        timings.update(made.ms)
        variant = Variant(key, what, made.body, made.content_type)
        with timings.measure("store"):
            return store_variant(self.store, variant, original.object.head)
