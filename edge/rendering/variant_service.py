"""From a variant key to the variant's bytes: found in storage, or rendered and stored.

A true variant is stored; an alias is only answered. See "The variant key" in docs/architecture.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from edge.contract.cache_control import ALIAS, IMMUTABLE, PROVISIONAL
from edge.contract.errors import NotFound, ServiceUnavailable
from edge.contract.policy import Policy
from edge.contract.recipe import PresetRef, Recipe, RecipeOrPreset
from edge.contract.timings import Timings
from edge.contract.variant_key import ANY_VERSION, VariantKey
from edge.image import Rendered, render
from edge.rendering.failure_cache import FailureCache
from edge.rendering.original_reader import LoadedOriginal, OriginalReader
from edge.rendering.variant import Variant
from edge.rendering.variant_writer import OriginalChanged, store_variant
from edge.storage.errors import Missing, StorageUnavailable
from edge.storage.manifest_cache import ManifestCache
from edge.storage.objects.store import Store

#: How often an original or a preset may change during one request before it fails.
_ATTEMPTS = 3


@dataclass(frozen=True)
class VariantService:
    """Answers variant keys from one store."""

    store: Store
    policy: Policy
    manifests: ManifestCache
    failures: FailureCache = field(default_factory=FailureCache)

    def serve(self, requested: VariantKey, timings: Timings) -> Variant:
        """The variant that ``requested`` means. Raises `edge.contract.errors.EdgeError`, `StorageUnavailable`."""
        for _ in range(_ATTEMPTS):
            try:
                variant = self._serve(requested, timings)
            except OriginalChanged:
                continue
            recipe = variant.key.recipe()
            if self._is_current(recipe):
                return variant if self._is_fresh(recipe) else replace(variant, cache_control=PROVISIONAL)
        raise ServiceUnavailable("original_changing", "This image is being replaced. Try again in a moment.")

    def is_current(self, stored: VariantKey) -> bool:
        """Whether ``stored``, a variant in storage, is what its slug means now; if not, it is served as an alias.

        A variant of a preset is outdated once the preset has changed. Without a readable manifest it counts as current.
        """
        recipe = stored.recipe()
        try:
            return self._is_current(recipe)
        except NotFound:
            return not self._is_fresh(recipe)
        except StorageUnavailable:
            return True

    def _is_fresh(self, recipe: RecipeOrPreset) -> bool:
        """Whether a reply may be kept for long: not for a preset while the manifest cannot be read."""
        return not isinstance(recipe, PresetRef) or self.manifests.is_fresh

    def _is_current(self, recipe: RecipeOrPreset) -> bool:
        """Raises `NotFound`, `StorageUnavailable`."""
        return not isinstance(recipe, PresetRef) or self.manifests.preset(recipe.name).revision == recipe.revision

    def _serve(self, requested: VariantKey, timings: Timings) -> Variant:
        slug, recipe = self._resolve(requested)
        original = None
        if requested.version != ANY_VERSION and (requested.rev, requested.slug) == (self.policy.rev, slug):
            original = self._originals.load_version(requested.key, requested.version, timings)
            if original is not None and original.facts.version == requested.version:
                return self._render(requested, recipe, original, timings)
        variant = self._serve_alias(replace(requested, slug=slug), recipe, original, timings)
        return replace(variant, cache_control=ALIAS) if variant.cache_control == IMMUTABLE else variant

    def _resolve(self, requested: VariantKey) -> tuple[str, Recipe]:
        """The slug of what ``requested`` means now (a preset at its current revision), and the recipe to render."""
        recipe = requested.recipe()
        if isinstance(recipe, PresetRef):
            preset = self.manifests.preset(recipe.name)
            return PresetRef(recipe.name, preset.revision).slug, preset.recipe
        self.policy.check_limits(recipe)
        return recipe.slug, recipe

    def _serve_alias(
        self, requested: VariantKey, recipe: Recipe, original: LoadedOriginal | None, timings: Timings
    ) -> Variant:
        """The true variant, from storage if it is there. ``original`` if it has been loaded already."""
        facts = None if original else self._originals.facts(requested.key)
        if facts is None:  # without metadata, the version follows from the bytes
            original = original or self._originals.load(requested.key, timings)
            facts = original.facts
        true_key = replace(requested, version=facts.version, rev=self.policy.rev)
        with timings.measure("fetch"):
            variant = self._find(true_key)
        if variant is not None:
            return variant
        original = original or self._originals.load(requested.key, timings)
        return self._render(replace(true_key, version=original.facts.version), recipe, original, timings)

    @property
    def _originals(self) -> OriginalReader:
        return OriginalReader(self.store, self.policy.max_source_bytes)

    def _find(self, true_key: VariantKey) -> Variant | None:
        try:
            found = self.store.get(true_key.object_key)
        except Missing:
            return None
        head = found.head
        return Variant(true_key, found.body, head.content_type, IMMUTABLE, head.etag, head.last_modified)

    def _render(self, key: VariantKey, recipe: Recipe, original: LoadedOriginal, timings: Timings) -> Variant:
        focal = original.facts.focal

        def work() -> Rendered:
            return render(original.body, recipe, key.format_class, focal=focal, policy=self.policy)

        rendered = self.failures.run((original.head.etag, focal, recipe, key.format_class), work)
        timings.update(rendered.ms)
        variant = Variant(key, rendered.body, rendered.content_type)
        with timings.measure("store"):
            return store_variant(self.store, variant, original.head)
