"""From a variant key to the variant's bytes: found in storage, or rendered and stored.

A true variant is stored; an alias is only answered. See "The variant key" in docs/architecture.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from edge.contract.cache_control import ALIAS, IMMUTABLE, PROVISIONAL
from edge.contract.edits import Edits, RecipeOrEdits, as_edits
from edge.contract.errors import ServiceUnavailable, SourceRefused
from edge.contract.manifest import PublishedPreset
from edge.contract.original import Verdict
from edge.contract.policy import Policy
from edge.contract.recipe import PresetRef, RecipeOrPreset
from edge.contract.timings import Timings
from edge.contract.variant_key import ANY_VERSION, VariantKey
from edge.rendering.failure_memory import FailureMemory
from edge.rendering.original_reader import LoadedOriginal, OriginalReader, check_shown, facts_of
from edge.rendering.overlay_reader import OverlayReader
from edge.rendering.render_log import log_render
from edge.rendering.render_original import render_original
from edge.rendering.variant import Variant
from edge.rendering.variant_writer import OriginalChanged, is_same_original, store_variant
from edge.storage.errors import Missing
from edge.storage.manifest_cache import ManifestCache
from edge.storage.objects.store import Head, PreconditionFailed, Store

#: How often an original or a preset may change during one request before it fails.
_ATTEMPTS = 3


@dataclass(frozen=True)
class VariantService:
    """Answers variant keys from one store; without ``renders``, from what is stored only."""

    store: Store
    policy: Policy
    manifests: ManifestCache
    failures: FailureMemory
    overlays: OverlayReader
    renders: bool = True

    def serve(self, requested: VariantKey, timings: Timings, max_body: int) -> Variant:
        """The variant that ``requested`` means; of a stored one with more than ``max_body`` bytes only what it is.

        Raises `edge.contract.errors.EdgeError`, `StorageUnavailable`.
        """
        for _ in range(_ATTEMPTS):
            try:
                variant = self._serve(requested, timings, max_body)
            except OriginalChanged:
                continue
            recipe = variant.key.recipe()
            if self._is_current(recipe):
                return variant if self._is_fresh(recipe) else replace(variant, cache_control=PROVISIONAL)
        raise ServiceUnavailable("original_changing", "This image is being replaced. Try again in a moment.")

    def _is_fresh(self, recipe: RecipeOrPreset) -> bool:
        """Whether a reply may be kept for long: not for a preset while the manifest cannot be read."""
        return not isinstance(recipe, PresetRef) or self.manifests.is_fresh

    def _is_current(self, recipe: RecipeOrPreset) -> bool:
        """Raises `NotFound`, `StorageUnavailable`."""
        return not isinstance(recipe, PresetRef) or self.manifests.preset(recipe.name).revision == recipe.revision

    def _serve(self, requested: VariantKey, timings: Timings, max_body: int) -> Variant:
        slug, recipe = self._resolve(requested)
        head = None
        is_concrete = (requested.rev, requested.slug) == (self.policy.rev, slug) and requested.version != ANY_VERSION
        if self.renders and is_concrete:
            found = self._load_version(requested, timings)
            if isinstance(found, LoadedOriginal):
                # Storage is not asked about examined originals here: a miss under the true version takes four calls.
                self.failures.check(found.head.etag, look=not found.facts.examined)
                return self._render(requested, recipe, found, timings)
            head = found
        variant = self._serve_alias(replace(requested, slug=slug), recipe, head, timings, max_body)
        return replace(variant, cache_control=ALIAS) if variant.cache_control == IMMUTABLE else variant

    def _resolve(self, requested: VariantKey) -> tuple[str, RecipeOrEdits]:
        """The slug of what ``requested`` means now (a preset at its current revision), and the recipe to render."""
        recipe = requested.recipe()
        if isinstance(recipe, PresetRef):
            preset = self.manifests.preset(recipe.name)
            return PresetRef(recipe.name, preset.revision).slug, _marked(preset, requested.key)
        self.policy.check_limits(recipe)
        return recipe.slug, recipe

    def _load_version(self, requested: VariantKey, timings: Timings) -> LoadedOriginal | Head:
        """The original; only its head if it has another version than ``requested``.

        Its bytes are then not read, because visitors can make up any number of versions. Raises `SourceRefused`, also
        without reading them, if it was refused a moment ago.
        """

        def is_wanted(head: Head) -> bool:
            facts = facts_of(head)
            shown = facts.verdict is not Verdict.WITHHELD
            return shown and facts.version == requested.version and not self.failures.knows(head.etag)

        try:
            return self.originals.load(requested.key, timings, is_wanted)
        except PreconditionFailed as failed:
            check_shown(failed.head)
            if facts_of(failed.head).version == requested.version:
                self.failures.check(failed.head.etag, look=False)
            return failed.head

    def _serve_alias(
        self, requested: VariantKey, recipe: RecipeOrEdits, known: Head | None, timings: Timings, max_body: int
    ) -> Variant:
        """The true variant, from storage if it is there. ``known`` is the original's head if it has been read."""
        head = known or self.originals.head(requested.key)
        check_shown(head)
        true_key = replace(requested, version=facts_of(head).version, rev=self.policy.rev)
        return self.true_variant(true_key, recipe, head, timings, max_body)

    def true_variant(
        self, true_key: VariantKey, recipe: RecipeOrEdits, head: Head, timings: Timings, max_body: int
    ) -> Variant:
        """The variant under ``true_key``, from storage if it is there. ``head`` is the original's, just read.

        Raises `edge.contract.errors.EdgeError`, `StorageUnavailable`, and `OriginalChanged` if it was replaced since.
        """
        variant = self.stored(true_key, timings, max_body)
        if variant is not None:
            return variant
        if not self.renders:
            raise ServiceUnavailable("rendering_off", "This size is not available at the moment. Try again later.")
        self.failures.check(head.etag, look=True)
        original = self._load_same(true_key.key, head, timings)
        return self._render(true_key, recipe, original, timings)

    def _load_same(self, key: str, original: Head, timings: Timings) -> LoadedOriginal:
        """The original with that head. Raises `OriginalChanged` if it has been replaced."""
        try:
            return self.originals.load(key, timings, lambda head: is_same_original(head, original))
        except PreconditionFailed:
            raise OriginalChanged from None

    @property
    def originals(self) -> OriginalReader:
        """Reads the originals of this store."""
        return OriginalReader(self.store, self.policy.max_source_bytes)

    def stored(self, key: VariantKey, timings: Timings, max_body: int) -> Variant | None:
        """The variant that is stored under exactly ``key``; of one with more than ``max_body`` bytes only what it is.

        What is stored is served as stored, also an old revision of a preset. Raises `StorageUnavailable`.
        """
        try:
            with timings.measure("fetch"):
                head = self.store.head(key.object_key)
                body = self.store.get(key.object_key).body if head.size <= max_body else b""
        except Missing:
            return None
        return Variant(key, body, head.size, head.content_type, IMMUTABLE, head.etag, head.last_modified)

    def _render(self, key: VariantKey, recipe: RecipeOrEdits, original: LoadedOriginal, timings: Timings) -> Variant:
        overlays = self.overlays.read(as_edits(recipe).operations, timings)
        try:
            rendered = render_original(original, recipe, key.format_class, self.policy, overlays=overlays)
        except SourceRefused as refusal:
            self.failures.remember(original.head.etag, refusal)
            raise
        timings.update(rendered.ms)
        variant = Variant(key, rendered.body, len(rendered.body), rendered.content_type)
        with timings.measure("store"):
            stored = store_variant(self.store, variant, original.head)
        log_render(key, rendered, original.head.size, timings)
        return stored


def _marked(preset: PublishedPreset, key: str) -> RecipeOrEdits:
    """What the preset does to the image ``key``. The image that is its watermark does not get one."""
    mark = preset.watermark
    if mark is None or (mark.overlay and mark.overlay[0] == key):
        return preset.recipe
    return Edits(preset.recipe, operations=(mark,))
