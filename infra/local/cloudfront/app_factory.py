"""Builds the application and its function runners from the server's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from edge.contract.policy import load_policy
from edge.storage.objects.location import open_store
from edge.storage.private_folder import create_private_folder
from edge.storage.signing_keys.location import SigningKeyFile, parse_location
from infra.local.cloudfront.app import CloudFrontApp
from infra.local.cloudfront.cache_lookup import CacheLookup
from infra.local.cloudfront.disk_cache import DiskCache
from infra.local.cloudfront.distribution import (
    CloudFrontFunction,
    Distribution,
    FunctionUrlOrigin,
    S3Origin,
    ViewerFunction,
)
from infra.local.cloudfront.edge_location import EdgeLocation
from infra.local.cloudfront.events import DistributionIdentity
from infra.local.cloudfront.function_runner import FunctionRunner, InProcessRunner
from infra.local.cloudfront.invalidation_api import InvalidationApi
from infra.local.cloudfront.invalidation_store import InvalidationQuota, InvalidationStore
from infra.local.cloudfront.javascript import JavaScriptRunner
from infra.local.cloudfront.origin import OriginBucket
from infra.local.cloudfront.upstream import FunctionInvoker, Upstream
from infra.local.cloudfront.worker_pool import WorkerPool

#: Worker processes for each function that renders.
_WORKERS = 2
#: On AWS, it is in the template. Here the store is the server's, whatever the template says.
_STORE = "IMAGEHUB_STORE"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """``store`` is a location that `edge.storage.objects.location` reads; ``data`` holds cache and invalidations.

    ``parameters`` are the template's. ``signing_keys`` is the file with the KeyValueStore's entry of that name.
    """

    template: Path
    store: str
    data: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    signing_keys: Path | None = None
    distribution_id: str = "ELOCAL00000000"
    collapsing: bool = True
    quota: InvalidationQuota = field(default_factory=InvalidationQuota)


def build_app(
    settings: ServerSettings, distribution: Distribution, runners: dict[ViewerFunction, FunctionRunner]
) -> CloudFrontApp:
    create_private_folder(settings.data)
    store = open_store(settings.store)
    invalidations = InvalidationStore(settings.data / "invalidations.jsonl", settings.quota)
    domain = f"{settings.distribution_id.lower()}.cloudfront.localhost"
    identity = DistributionIdentity(settings.distribution_id, domain)
    origins = (origin for behaviour in distribution.behaviours for origin in behaviour.origins)
    buckets = {origin: OriginBucket(store, origin) for origin in origins if isinstance(origin, S3Origin)}
    functions = FunctionInvoker(runners)
    upstream = Upstream(identity, settings.store, buckets, functions)
    cache = DiskCache(settings.data / "cache")
    cache_lookup = CacheLookup(distribution, upstream, cache, invalidations, collapsing=settings.collapsing)
    edge_location = EdgeLocation(distribution, identity, functions, cache_lookup)
    api = InvalidationApi(settings.distribution_id, invalidations, cache_lookup.invalidate)
    return CloudFrontApp(edge_location, api)


def build_runners(settings: ServerSettings, distribution: Distribution) -> dict[ViewerFunction, FunctionRunner]:
    """One runner for each function, also if several behaviours use it. Raises `HandlerMissingError`."""
    runners: dict[ViewerFunction, FunctionRunner] = {}
    for behaviour in distribution.behaviours:
        viewer = behaviour.viewer_request
        if isinstance(viewer, CloudFrontFunction):
            runners.setdefault(viewer, JavaScriptRunner(viewer, _signing_keys(settings, viewer)))
        elif viewer:
            runners.setdefault(viewer, InProcessRunner(viewer))
        if behaviour.origin_response:
            runners.setdefault(behaviour.origin_response, WorkerPool(behaviour.origin_response, _WORKERS))
        for origin in behaviour.origins:
            if isinstance(origin, FunctionUrlOrigin):
                own = {_STORE: settings.store}
                runners.setdefault(origin.function, WorkerPool(origin.function, _WORKERS, own))
    return runners


def _signing_keys(settings: ServerSettings, function: CloudFrontFunction) -> Path | None:
    """The file with the KeyValueStore's entry. A key file that the policy names stands for the store."""
    if settings.signing_keys:
        return settings.signing_keys
    secret = load_policy().secret
    location = parse_location(secret) if secret else None
    if isinstance(location, SigningKeyFile):
        return location.path
    return settings.data / "signing-keys.json" if function.reads_keys else None
