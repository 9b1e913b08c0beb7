"""Invalidations: what they remove, by path or tag, and what the API replies."""

from __future__ import annotations

import uuid

from botocore.exceptions import ClientError

from edge.contract.original import original_object_key
from tests.smoke.question import GUIDE, Observation, observed, question
from tests.smoke.visit import Visit

#: The status that `assets.cloudfront` waits for.
COMPLETED = "Completed"
_API = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html"
_TAGS = f"{GUIDE}/Invalidation.html"


def _is_removed(visit: Visit, target: str, *items: str) -> Observation:
    """Observe whether the cached reply to ``target`` is removed by an invalidation of ``items``."""
    before = visit.get(target).status == 200 and visit.is_cached(target)
    visit.invalidate_and_wait(*items)
    after = "age" not in visit.get(target).headers
    return observed(f"cached before: {before}, gone after: {after}", expected=before and after)


@question(
    documented="CacheTagConfig names a header of the origin's reply; generated replies are not mentioned",
    source=_TAGS,
    otherwise="assets/purge.py would have to invalidate paths too: the key, and the key followed by /*",
)
def a_tag_on_a_generated_reply(visit: Visit) -> Observation:
    """Does a tag that origin-response adds itself purge the reply? Without that, purges miss aliases."""
    key = visit.upload("tag-generated.png")
    return _is_removed(visit, visit.url(key, version=None), visit.tag(key))


@question(
    documented="CacheTagConfig names a header of the origin's reply, such as x-amz-meta-cache-tag",
    source=_TAGS,
    otherwise="infra/template.yaml: CacheTagConfig; edge/rendering/variant_service.py: the metadata of stored variants",
)
def a_tag_on_a_stored_variant(visit: Visit) -> Observation:
    """Does the tag in a stored variant's metadata purge it?"""
    key = visit.upload("tag-stored.png")
    target = visit.url(key)
    visit.get(target, "HEAD")  # renders and stores it, so that GET is answered by S3
    return _is_removed(visit, target, visit.tag(key))


@question(
    documented="tags on errors are not mentioned",
    source=_TAGS,
    otherwise="docs/purge.md: a repaired image is visible when the minute of its error is over",
    breaks=False,
)
def a_tag_on_an_error(visit: Visit) -> Observation:
    """Is a damaged image that was replaced and purged visible before the minute of its 415 is over?"""
    key = visit.upload("tag-error.png", body=b"%PDF-1.7 nothing")
    target = visit.url(key)
    before = visit.get(target).status
    visit.upload("tag-error.png")
    visit.invalidate_and_wait(visit.tag(key))
    after = visit.get(target).status
    return observed(f"{before}, then {after}", expected=(before, after) == (415, 200))


@question(
    documented="if a function rewrites the path, both the viewer's and the rewritten path must be invalidated",
    source=_TAGS,
    otherwise="nothing: purges use tags. docs/purge.md, on purges by hand",
    breaks=False,
)
def the_path_as_visitors_write_it(visit: Visit) -> Observation:
    """Does the path as visitors write it, alone, purge an image?"""
    key = visit.upload("path.png")
    return _is_removed(visit, visit.url(key), f"/{key}")


@question(
    documented="the rewritten path is in the cache key",
    source=_TAGS,
    otherwise="docs/purge.md, on purges by hand",
    breaks=False,
)
def the_rewritten_path_by_wildcard(visit: Visit) -> Observation:
    """Does /<key>/* purge all sizes of an image?"""
    key = visit.upload("wildcard.png")
    return _is_removed(visit, visit.url(key), f"/{key}/*")


@question(
    documented="the same reference and items give the same invalidation; other items under it are an error",
    source=_API,
    otherwise="assets/cloudfront.py: a purge's second attempt must not fail or be charged again",
)
def the_same_reference_again(visit: Visit) -> Observation:
    """Does a repeated call return the same invalidation, and what is the error if its items differ?"""
    reference, path = uuid.uuid4().hex, f"/smoke/{visit.id}/reference"
    first, second = (visit.invalidate(path, reference=reference) for _ in range(2))
    try:
        visit.invalidate(f"{path}2", reference=reference)
        code = "no error"
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
    good = first == second and code in ("InvalidationBatchAlreadyExists", "InvalidArgument")
    return observed(f"same items, same invalidation: {first == second}; other items: {code}", expected=good)


@question(
    documented=f"an invalidation ends as {COMPLETED}",
    source=_API,
    otherwise="assets/cloudfront.py: COMPLETED",
)
def how_an_invalidation_ends(visit: Visit) -> Observation:
    """What is the status of a completed invalidation?"""
    status = visit.final_status(visit.invalidate(f"/smoke/{visit.id}/ends"))
    return observed(status, expected=status == COMPLETED)


@question(
    documented="15 wildcards in progress at once; since 2026 possibly one per second",
    source=f"{GUIDE}/cloudfront-limits.html",
    otherwise="nothing: purges send one tag each and retry. docs/local-cloudfront.md has the options",
    breaks=False,
)
def three_wildcards_at_once(visit: Visit) -> Observation:
    """Are three wildcards in one second accepted?"""
    codes = []
    for number in range(3):
        try:
            visit.invalidate(f"/smoke/{visit.id}/wild{number}/*")
        except ClientError as error:
            codes.append(error.response["Error"].get("Code", ""))
    return observed(f"refused: {', '.join(codes) or 'none'}", expected=not codes)


@question(
    documented="an invalidated object is fetched again",
    source=_TAGS,
    otherwise="edge/origin_response.py: how long a 404 is cached",
)
def a_deleted_image(visit: Visit) -> Observation:
    """Is an image gone after its original and variants were deleted and its tag invalidated?"""
    key = visit.upload("gone.png")
    target = visit.url(key, version=None)
    before = visit.get(target).status
    for name in (original_object_key(key), *visit.stack.store.list(f"variants/{key}/")):
        visit.stack.store.delete(name)
    visit.invalidate_and_wait(visit.tag(key))
    after = visit.get(target).status
    return observed(f"{before}, then {after}", expected=(before, after) == (200, 404))
