"""What becomes of one of that product's URLs here, as far as the URL alone tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from edge.contract.edits import as_edits
from edge.contract.errors import EdgeError
from edge.contract.policy import load_policy
from edge.contract.url_path import decode_path
from edge.sih.differences import differences
from edge.sih.errors import SihError
from edge.sih.format_choice import choose_class, is_opaque, original_format
from edge.sih.query import parse_query
from edge.sih.replies import as_sih_error
from edge.sih.request_parser import parse_request
from edge.sih.settings import SihSettings
from edge.sih.translation import translate


class UrlOutcome(StrEnum):
    """The same image, an image that differs, or an error."""

    EXACT = "exact"
    DIFFERENT = "different"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Explanation:
    """``reasons`` are sentences. ``code`` is that of the error; without one, the rest says what is rendered.

    ``key`` is the asset's, or that of an image in a source bucket; ``slug`` and ``format_class`` are the variant's;
    ``recipe`` is how one of our own URLs asks for the same image, empty if none can.
    """

    outcome: UrlOutcome
    reasons: tuple[str, ...] = ()
    code: str = ""
    key: str = ""
    slug: str = ""
    recipe: str = ""
    format_class: str = ""
    edits: Mapping[str, Any] = field(default_factory=dict)


def explain(path: str, query: str, settings: SihSettings, accept: str = "") -> Explanation:
    """What becomes of a URL, percent-encoded as received. Its signature and expiry are not looked at."""
    try:
        return _explain(path, query, settings, accept)
    except (SihError, EdgeError) as error:
        told = error if isinstance(error, SihError) else as_sih_error(error, path)
        return Explanation(UrlOutcome.REFUSED, (told.message,), told.code)


def _explain(path: str, query: str, settings: SihSettings, accept: str) -> Explanation:
    strict, policy = settings.strict, load_policy()
    decoded = decode_path(path.removeprefix(settings.path.rstrip("/")))
    requested = parse_request(
        decoded, parse_query(query, strict=strict), settings.buckets, settings.rewrite, strict=strict
    )
    key = settings.bucket_of(requested).image_key(requested.key)
    translation = translate(requested, settings.buckets, upright=settings.upright, strict=strict)
    original = original_format(key)
    format_class = choose_class(translation, settings.auto, accept, original)
    what = translation.rendition(format_class, opaque=is_opaque(original), default_quality=policy.quality)
    edits = as_edits(what)
    policy.check_limits(edits.recipe)
    reasons = differences(requested)
    return Explanation(
        UrlOutcome.DIFFERENT if reasons else UrlOutcome.EXACT,
        reasons,
        key=key,
        slug=what.slug,
        recipe=edits.recipe.slug if edits.is_recipe else "",
        format_class=format_class,
        edits=dict(requested.edits),
    )
