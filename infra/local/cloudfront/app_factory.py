"""Builds the application and its function runners from the server's settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from edge.storage.objects.location import open_store
from edge.storage.private_folder import create_private_folder
from infra.local.cloudfront.app import CloudFrontApp
from infra.local.cloudfront.cache_lookup import CacheLookup
from infra.local.cloudfront.disk_cache import DiskCache
from infra.local.cloudfront.distribution import Distribution, LambdaFunction
from infra.local.cloudfront.edge_location import EdgeLocation
from infra.local.cloudfront.events import DistributionIdentity
from infra.local.cloudfront.function_runner import FunctionRunner, InProcessRunner
from infra.local.cloudfront.invalidation_api import InvalidationApi
from infra.local.cloudfront.invalidation_store import InvalidationQuota, InvalidationStore
from infra.local.cloudfront.origin import OriginBucket
from infra.local.cloudfront.upstream import FunctionInvoker, Upstream
from infra.local.cloudfront.worker_pool import WorkerPool

#: Worker processes for each origin-response function.
_WORKERS = 2


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """``store`` is a location that `edge.storage.objects.location` reads; ``data`` holds cache and invalidations."""

    template: Path
    store: str
    data: Path
    distribution_id: str = "ELOCAL00000000"
    collapsing: bool = True
    quota: InvalidationQuota = field(default_factory=InvalidationQuota)


def build_app(
    settings: ServerSettings, distribution: Distribution, runners: dict[LambdaFunction, FunctionRunner]
) -> CloudFrontApp:
    create_private_folder(settings.data)
    store = open_store(settings.store)
    invalidations = InvalidationStore(settings.data / "invalidations.jsonl", settings.quota)
    domain = f"{settings.distribution_id.lower()}.cloudfront.localhost"
    identity = DistributionIdentity(settings.distribution_id, domain)
    buckets = {behaviour.origin: OriginBucket(store, behaviour.origin) for behaviour in distribution.behaviours}
    functions = FunctionInvoker(runners)
    upstream = Upstream(identity, settings.store, buckets, functions)
    cache = DiskCache(settings.data / "cache")
    cache_lookup = CacheLookup(distribution, upstream, cache, invalidations, collapsing=settings.collapsing)
    edge_location = EdgeLocation(distribution, identity, functions, cache_lookup)
    api = InvalidationApi(settings.distribution_id, invalidations, cache_lookup.invalidate)
    return CloudFrontApp(edge_location, api)


def build_runners(distribution: Distribution) -> dict[LambdaFunction, FunctionRunner]:
    """One runner for each function, also if several behaviours use it. Raises `HandlerMissingError`."""
    runners: dict[LambdaFunction, FunctionRunner] = {}
    for behaviour in distribution.behaviours:
        if behaviour.viewer_request:
            runners.setdefault(behaviour.viewer_request, InProcessRunner(behaviour.viewer_request))
        if behaviour.origin_response:
            runners.setdefault(behaviour.origin_response, WorkerPool(behaviour.origin_response, _WORKERS))
    return runners
