"""What to render of an original, once its head has been read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from edge.contract.edits import as_edits
from edge.contract.errors import NotFound
from edge.contract.policy import Policy
from edge.rendering.original_reader import OriginalReader, check_shown, facts_of
from edge.sih.errors import SihError
from edge.sih.format_choice import choose_class, is_opaque, original_format
from edge.sih.image_finder import Rendition
from edge.sih.overlays import with_versions
from edge.sih.translation import Translation
from edge.storage.objects.store import Head


@dataclass(frozen=True, slots=True)
class RenditionChoice:
    """``auto`` are the formats that a browser gets if ``accept`` names them; ``assets`` reads overlays' heads."""

    translation: Translation
    key: str
    auto: tuple[str, ...]
    accept: str
    policy: Policy
    assets: OriginalReader

    def choose(self, head: Head) -> Rendition:
        """For the original ``key`` with this ``head``. Raises `SihError`, `EdgeError`, `StorageUnavailable`."""
        original = original_format(self.key, head.content_type)
        format_class = choose_class(self.translation, self.auto, self.accept, original)
        operations = with_versions(self.translation.operations, self._overlay_version)
        complete = replace(self.translation, operations=operations)
        what = complete.rendition(format_class, opaque=is_opaque(original), default_quality=self.policy.quality)
        self.policy.check_limits(as_edits(what).recipe)
        return Rendition(what, format_class)

    def _overlay_version(self, key: str) -> str:
        try:
            head = self.assets.head(key)
            check_shown(head)
        except NotFound:
            raise SihError.no_such_key(key) from None
        return facts_of(head).version
