"""AWS's own ways to serve images, and rendering everything in advance, for the same traffic.

Read in the source of aws-solutions/dynamic-image-transformation-for-amazon-cloudfront 8.1.0 and of
aws-samples/image-optimization (December 2025), with their default parameters.
"""

from __future__ import annotations

from math import ceil

from edge.contract.policy import load_policy
from infra.cost import services
from infra.cost.bill import Bill, BillLine
from infra.cost.market import Market
from infra.cost.traffic import GB, Traffic

_SAMPLE_MEMORY, _HANDLER_MEMORY = 1500, 1024
#: The ECS architecture's size "small": two tasks of one vCPU and 2 GB, which scale out at 70 % of the processor.
_TASKS, _TASK_GB, _BUSY = 2, 2, 0.7


def aws_samples(traffic: Traffic, market: Market) -> Bill:
    """aws-samples/image-optimization: a CloudFront Function, S3, and Lambda by function URL. It signs nothing."""
    meter = market.meter()
    ms = market.render_ms("sharp", _SAMPLE_MEMORY, 1, 1)
    lines = [*services.delivery(meter, traffic), services.viewer_function(meter, traffic)]
    lines.append(services.shield(meter, traffic))
    lines += services.calls(meter, traffic.variants, ms, _SAMPLE_MEMORY, "function", "one for each new variant")
    gets = traffic.misses + traffic.variants
    lines += services.s3_requests(meter, gets, traffic.variants, "one for each miss, one for each new variant")
    size = traffic.variants * market.measured.platform_log_bytes
    lines.append(services.logs(meter, size, "Lambda's own lines for each new variant"))
    lines += services.analysis(meter, traffic) + market.firewall(meter, traffic)
    stored = services.storage(meter, originals=traffic.originals_gb, variants=traffic.variants_gb)
    return Bill("aws-samples/image-optimization", tuple(lines), stored, notes=("It has no signatures.",))


def aws_lambda(traffic: Traffic, market: Market) -> Bill:
    """Dynamic Image Transformation, Lambda architecture: it stores nothing, so every miss is rendered."""
    meter = market.meter()
    ms = market.render_ms("sharp", _HANDLER_MEMORY, 1, 0)
    lines = [*services.delivery(meter, traffic), services.viewer_function(meter, traffic)]
    lines.append(
        meter.line("rest_api", traffic.misses, "API Gateway", "calls", "calls of a REST API, one for each miss")
    )
    lines += services.calls(
        meter, traffic.misses, ms, _HANDLER_MEMORY, "function", "one for each miss: nothing is stored"
    )
    lines += services.s3_requests(meter, traffic.misses, 0, "one for each miss")
    if traffic.signed:
        lines += services.signing_secret(meter, 0, "one for each process, which are too few to count")
    size = traffic.misses * market.measured.platform_log_bytes
    lines.append(services.logs(meter, size, "Lambda's own lines for each miss"))
    lines += services.analysis(meter, traffic) + market.firewall(meter, traffic)
    optional = (meter.line("dashboard", 1, services.LOGS, "dashboard", "dashboard, on by default"),)
    return Bill(
        "AWS's handler, Lambda", tuple(lines), services.storage(meter, originals=traffic.originals_gb), optional,
    )  # fmt: skip


def aws_ecs(traffic: Traffic, market: Market) -> Bill:
    """Dynamic Image Transformation, ECS architecture, size "small", with as many tasks as the mean load needs."""
    meter = market.meter()
    busy = traffic.misses * market.measured.render_ms("sharp") / 1000 / (services.HOURS * 3600)
    tasks = max(_TASKS, ceil(busy / _BUSY))
    hours = tasks * services.HOURS
    lines = [*services.delivery(meter, traffic), services.viewer_function(meter, traffic)]
    lines += [
        meter.line("fargate_vcpu", hours, "Fargate", "vCPUs", f"hours: {tasks} tasks of one vCPU, without peaks"),
        meter.line(
            "fargate_memory", hours * _TASK_GB, "Fargate", "memory", f"GB-hours: {tasks} tasks of {_TASK_GB} GB"
        ),
        meter.line("load_balancer", services.HOURS, "Load balancer", "hours", "hours"),
        meter.line("nat_gateway", services.HOURS, "NAT gateway", "hours", "hours of one; more zones need more"),
    ]
    lines += services.s3_requests(meter, traffic.misses, 0, "one for each miss")
    lines += services.analysis(meter, traffic) + market.firewall(meter, traffic)
    stored = services.storage(meter, originals=traffic.originals_gb)
    return Bill("AWS's handler, ECS", tuple(lines), stored, notes=("Its documentation names no signatures.",))


def in_advance(traffic: Traffic, market: Market) -> Bill:
    """Our engine renders each rung of the ladder in each format when an image is uploaded."""
    meter, memory = market.meter(), market.deployment.renderer_memory_mb
    rungs = len(load_policy().ladder)
    variants = traffic.originals * rungs * len(market.measured.formats)
    lines: list[BillLine] = [*services.delivery(meter, traffic), services.viewer_function(meter, traffic)]
    lines.append(services.shield(meter, traffic))
    ms = market.render_ms("imagehub", memory, 1, 1)
    why = f"{traffic.originals:,.0f} originals × {rungs} widths × {len(market.measured.formats)} formats"
    lines += services.calls(meter, variants, ms, memory, "function", why)
    lines += services.s3_requests(meter, traffic.misses + variants, variants, "one for each miss and each variant")
    size = variants * market.measured.platform_log_bytes
    lines.append(services.logs(meter, size, "Lambda's own lines for each variant"))
    lines += services.analysis(meter, traffic) + market.firewall(meter, traffic)
    stored = services.storage(
        meter, originals=traffic.originals_gb, variants=variants * traffic.average_bytes / GB
    )  # fmt: skip
    return Bill("all variants in advance", tuple(lines), stored, notes=("Only the ladder's widths, without crops.",))
