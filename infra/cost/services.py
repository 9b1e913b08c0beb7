"""The lines of AWS's services, for any architecture."""

from __future__ import annotations

from infra.cost.bill import BillLine
from infra.cost.meter import Meter
from infra.cost.traffic import GB, Traffic

CLOUDFRONT, EDGE, LAMBDA, S3 = "CloudFront", "Lambda@Edge", "Lambda", "S3"
SECRETS, LOGS, WAF, REKOGNITION = "Secrets Manager", "CloudWatch", "WAF", "Rekognition"
#: A month's hours, as AWS's own calculator counts them.
HOURS = 730


def delivery(meter: Meter, traffic: Traffic) -> list[BillLine]:
    """What every architecture pays to answer visitors from CloudFront."""
    kilobytes = f"{traffic.average_bytes / 1000:,.0f} kB"
    return [
        meter.line("cloudfront_egress", traffic.egress_gb, CLOUDFRONT, "egress", f"GB: requests × {kilobytes}"),
        meter.line("cloudfront_requests", traffic.requests, CLOUDFRONT, "requests", "HTTPS requests"),
        meter.line("invalidation", traffic.purges, CLOUDFRONT, "purges", "paths or tags"),
    ]


def viewer_function(meter: Meter, traffic: Traffic) -> BillLine:
    return meter.line("cloudfront_function", traffic.requests, CLOUDFRONT, "function", "calls, one for each request")


def shield(meter: Meter, traffic: Traffic) -> BillLine:
    return meter.line(
        "origin_shield", traffic.misses, CLOUDFRONT, "Origin Shield", "requests that miss the edge caches"
    )


def s3_requests(meter: Meter, gets: float, puts: float, why: str) -> list[BillLine]:
    lines = [meter.line("s3_get", gets, S3, "reads", f"GET and HEAD: {why}")]
    if puts:
        lines.append(meter.line("s3_put", puts, S3, "writes", "PUT, one for each stored variant"))
    return lines


def calls(
    meter: Meter, number: float, ms: int, memory_mb: int, what: str, why: str, edge: bool = False
) -> list[BillLine]:
    """``number`` calls of a Lambda function, of ``ms`` billed milliseconds each."""
    service, name = (EDGE, "lambda_edge") if edge else (LAMBDA, "lambda")
    gb_seconds = number * ms / 1000 * memory_mb / 1024
    return [
        meter.line(f"{name}_requests", number, service, f"{what}: calls", f"calls, {why}"),
        meter.line(
            f"{name}_compute", gb_seconds, service, f"{what}: compute",
            f"GB-seconds: {number:,.0f} × {ms} ms × {memory_mb:,} MB",
        ),
    ]  # fmt: skip


def signing_secret(meter: Meter, reads: float, why: str) -> list[BillLine]:
    return [
        meter.line("secret", 1, SECRETS, "secret", "signing secret"),
        meter.line("secret_calls", reads, SECRETS, "reads", f"calls: {why}"),
    ]


def logs(meter: Meter, size: float, why: str) -> BillLine:
    return meter.line("logs", size / GB, LOGS, "logs", f"GB: {why}")


def firewall(meter: Meter, traffic: Traffic, rules: int) -> list[BillLine]:
    return [
        meter.line("waf_acl", 1, WAF, "web ACL", "web ACL"),
        meter.line("waf_rule", rules, WAF, "rules", "rule" if rules == 1 else "rules"),
        meter.line("waf_requests", traffic.requests, WAF, "requests", "requests inspected, hits too"),
    ]


def analysis(meter: Meter, traffic: Traffic) -> list[BillLine]:
    if not traffic.analyses:
        return []
    return [meter.line("rekognition", traffic.analyses, REKOGNITION, "analysis", "images × kinds of analysis")]


def storage(meter: Meter, **gigabytes: float) -> tuple[BillLine, ...]:
    """Lines by what is stored."""
    return tuple(meter.line("s3_storage", size, S3, what, "GB kept for the month") for what, size in gigabytes.items())
