"""What each type of resource costs. A template with a type that is not here cannot be priced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from infra.cost.errors import CostError

#: Types with the prices by which their use is on the bill.
ON_THE_BILL: Mapping[str, tuple[str, ...]] = {
    "AWS::CloudFront::Distribution": ("cloudfront_egress", "cloudfront_requests", "invalidation", "origin_shield"),
    "AWS::CloudFront::Function": ("cloudfront_function",),
    "AWS::CloudFront::KeyValueStore": ("key_value_store",),
    "AWS::CloudWatch::Alarm": ("alarm",),
    "AWS::CloudWatch::Dashboard": ("dashboard",),
    "AWS::Lambda::Function": (
        "lambda_requests",
        "lambda_compute",
        "lambda_edge_requests",
        "lambda_edge_compute",
    ),
    "AWS::Logs::LogGroup": ("logs",),
    "AWS::Logs::MetricFilter": ("metric",),
    "AWS::S3::Bucket": ("s3_get", "s3_put", "s3_storage"),
    "AWS::SecretsManager::Secret": ("secret", "secret_calls"),
    "AWS::WAFv2::WebACL": ("waf_acl", "waf_rule", "waf_requests"),
}
#: Types that cost by a use that the month does not have: images do not go through them.
BESIDE_THE_BILL: Mapping[str, tuple[str, ...]] = {
    "AWS::ApiGatewayV2::Api": ("http_api",),
    "AWS::SQS::Queue": ("queue",),
    "AWS::Logs::Delivery": ("access_logs",),
}
#: Types that cost nothing themselves, by service or by name, with the reason.
FREE: Mapping[str, str] = {
    "AWS::ApiGatewayV2": "parts of an API, which costs by request",
    "AWS::Budgets::Budget": "a budget that only notifies",
    "AWS::CertificateManager::Certificate": "a public certificate",
    "AWS::CloudFront::CachePolicy": "a part of the distribution",
    "AWS::CloudFront::OriginAccessControl": "a part of the distribution",
    "AWS::CloudFront::OriginRequestPolicy": "a part of the distribution",
    "AWS::CloudFront::ResponseHeadersPolicy": "a part of the distribution",
    "AWS::CloudFormation": "custom resources and handles of a deployment",
    "AWS::Events::Rule": "a schedule, whose calls are Lambda's: a few a month",
    "AWS::IAM": "rights",
    "AWS::Lambda::Permission": "a right",
    "AWS::Lambda::Url": "the address of a function",
    "AWS::Lambda::Version": "a number of a function",
    "AWS::Logs::DeliveryDestination": "a part of a delivery",
    "AWS::Logs::DeliverySource": "a part of a delivery",
    "AWS::Logs::QueryDefinition": "a query, which costs when somebody runs it",
    "AWS::Logs::ResourcePolicy": "a right",
    "AWS::Route53::RecordSetGroup": "aliases of a distribution; the hosted zone is the operator's own",
    "AWS::S3::BucketPolicy": "rights",
    "AWS::SNS::Topic": "a few e-mails a month, of 1,000 that are free",
    "AWS::SNS::TopicPolicy": "a right",
    "AWS::SQS::QueuePolicy": "a right",
    "AWS::SecretsManager::RotationSchedule": "some calls of Lambda and Secrets Manager in a month",
    "Custom": "a call of Lambda in a deployment",
}


def require_priced(kinds: Iterable[str]) -> None:
    """Raises `CostError` if a type of resource is not known here."""
    unknown = sorted(kind for kind in set(kinds) if not _is_known(kind))
    if unknown:
        raise CostError(
            f"The template has resources whose price is not known: {', '.join(unknown)}. "
            "Say in infra/cost/resources.py what they cost."
        )


def _is_known(kind: str) -> bool:
    return kind in ON_THE_BILL or kind in BESIDE_THE_BILL or any(_covers(free, kind) for free in FREE)


def _covers(free: str, kind: str) -> bool:
    return kind == free or kind.startswith(f"{free}::")
