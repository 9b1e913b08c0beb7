"""From a public URL to the variant key that CloudFront caches and requests from the bucket."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from edge.contract.negotiation import negotiate
from edge.contract.policy import Policy
from edge.contract.signing import SigningKey
from edge.contract.url import parse_url
from edge.contract.variant_key import ANY_VERSION, VariantKey


class RewrittenUrl(NamedTuple):
    """The variant that a URL asks for, and the URL's verified ``query``, spelled canonically."""

    variant: VariantKey
    query: str


def rewrite_url(
    path: str, query: str, accept: str, policy: Policy, find_key: Callable[[str], SigningKey | None], now: float
) -> RewrittenUrl:
    """What a URL as received asks for, in the best class of formats for the ``Accept`` header.

    ``find_key`` returns the signing key of an id; ``now`` is a unix time. Raises `edge.contract.errors.EdgeError`.
    """
    request = parse_url(path, query, policy)
    recipe = request.authorise(policy, find_key, now)
    format_class = negotiate(accept, request.format)
    variant = VariantKey(request.key, request.version or ANY_VERSION, policy.rev, recipe.slug, format_class)
    return RewrittenUrl(variant, request.query)
