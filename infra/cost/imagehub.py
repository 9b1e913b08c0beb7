"""Our own bills: the two ways to run the edge (docs/architecture.md)."""

from __future__ import annotations

from infra.cost import services
from infra.cost.bill import Bill, BillLine
from infra.cost.deployment import Deployment
from infra.cost.market import Market
from infra.cost.meter import Meter
from infra.cost.traffic import GB, Traffic

#: What rendering a variant asks of S3: the original's metadata, the original or a level, the metadata again; one PUT.
RENDER_GETS, RENDER_PUTS = 3, 1
_KEY_CALLS = 2  # the current and the previous key
_MONTH = services.HOURS * 3600


def edge(traffic: Traffic, market: Market, viewer_function: bool = False) -> Bill:
    """Lambda@Edge renders. viewer-request is Lambda@Edge too, or with ``viewer_function`` a CloudFront Function."""
    meter, deployment = market.meter(), market.deployment
    lines = services.delivery(meter, traffic)
    name = "imagehub, edge"
    if viewer_function:
        name += " + function"
        lines += _function_with_keys(meter, traffic)
    else:
        ms = market.measured.billed_ms(market.measured.viewer_request_ms, deployment.viewer_memory_mb)
        memory = deployment.viewer_memory_mb
        lines += services.calls(
            meter, traffic.requests, ms, memory, "viewer-request", "one for each request", edge=True
        )
    lines.append(services.shield(meter, traffic))
    lines += _origin_response(meter, traffic, market)
    lines += _storage_requests(meter, traffic)
    if traffic.signed:
        lines += _secret(meter, deployment, reads=not viewer_function)
    lines.append(_logs(meter, traffic, market, 0 if viewer_function else traffic.requests, traffic.misses))
    lines += services.analysis(meter, traffic) + market.firewall(meter, traffic)
    return Bill(name, tuple(lines), _stored(meter, traffic, market), _monitoring(meter, deployment))


def regional(traffic: Traffic, market: Market) -> Bill:
    """A CloudFront Function rewrites URLs; a Lambda function in the bucket's region renders what S3 has not."""
    meter, deployment = market.meter(), market.deployment
    memory = deployment.renderer_memory_mb
    ms = market.render_ms("imagehub", memory, RENDER_GETS, RENDER_PUTS)
    lines = services.delivery(meter, traffic) + _function_with_keys(meter, traffic)
    lines.append(services.shield(meter, traffic))
    lines += services.calls(meter, traffic.variants, ms, memory, "gateway", "one for each new variant")
    lines += _storage_requests(meter, traffic)
    if traffic.signed:
        lines += _secret(meter, deployment, reads=False)
    lines.append(_logs(meter, traffic, market, 0, traffic.variants))
    lines += services.analysis(meter, traffic) + market.firewall(meter, traffic)
    return Bill("imagehub, regional", tuple(lines), _stored(meter, traffic, market), _monitoring(meter, deployment))


def _function_with_keys(meter: Meter, traffic: Traffic) -> list[BillLine]:
    lines = [services.viewer_function(meter, traffic)]
    if traffic.signed:
        why = "reads of the signing key, one for each request at most"
        lines.append(meter.line("key_value_store", traffic.requests, services.CLOUDFRONT, "KeyValueStore", why))
    return lines


def _origin_response(meter: Meter, traffic: Traffic, market: Market) -> list[BillLine]:
    """CloudFront calls it for each reply of S3. For a stored variant it only passes it on: one billed millisecond."""
    memory = market.deployment.renderer_memory_mb
    ms = market.render_ms("imagehub", memory, RENDER_GETS, RENDER_PUTS)
    passed_on = traffic.misses - traffic.variants
    return [
        *services.calls(meter, traffic.variants, ms, memory, "rendering", "one for each new variant", edge=True),
        *services.calls(meter, passed_on, 1, memory, "stored variants", "one for each other miss", edge=True),
    ]


def _storage_requests(meter: Meter, traffic: Traffic) -> list[BillLine]:
    gets = traffic.misses + RENDER_GETS * traffic.variants
    why = f"one for each miss, {RENDER_GETS} for each new variant"
    return services.s3_requests(meter, gets, RENDER_PUTS * traffic.variants, why)


def _secret(meter: Meter, deployment: Deployment, reads: bool) -> list[BillLine]:
    if not reads:  # by its design, the rotation writes the KeyValueStore, and nothing polls
        return services.signing_secret(meter, 0, "only a rotation reads it")
    times = deployment.key_readers * _MONTH / deployment.key_poll_seconds
    why = f"{deployment.key_readers} processes read {_KEY_CALLS} keys every {deployment.key_poll_seconds:,.0f} seconds"
    return services.signing_secret(meter, _KEY_CALLS * times, why)


def _logs(meter: Meter, traffic: Traffic, market: Market, viewer: float, renderer: float) -> BillLine:
    deployment, measured = market.deployment, market.measured
    lines = viewer * deployment.viewer_logs + renderer * deployment.renderer_logs
    size = lines * measured.platform_log_bytes + traffic.variants * measured.variant_log_bytes
    return services.logs(meter, size, f"a line for each new variant, Lambda's own for {lines:,.0f} calls")


def _stored(meter: Meter, traffic: Traffic, market: Market) -> tuple[BillLine, ...]:
    levels = traffic.originals * market.measured.levels_bytes / GB
    return services.storage(meter, originals=traffic.originals_gb, levels=levels, variants=traffic.variants_gb)


def _monitoring(meter: Meter, deployment: Deployment) -> tuple[BillLine, ...]:
    counted = {"dashboard": deployment.dashboards, "alarm": deployment.alarms, "metric": deployment.metrics}
    return tuple(
        meter.line(name, number, services.LOGS, f"{name}s", "of the template's optional monitoring")
        for name, number in counted.items()
        if number
    )
