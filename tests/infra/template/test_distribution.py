"""The distribution: its domain, its origin, and what it forwards."""

from __future__ import annotations

from typing import Any

import pytest

from edge.contract.verified_query import QUERY_HEADER
from edge.lambda_event import RENDERING_HEADER
from infra.local.cloudfront.cloudformation import Reference
from tests.infra.template.resources import (
    behaviours,
    distribution,
    of_type,
    only,
    with_parameters,
)


def test_the_verified_query_is_forwarded_and_is_not_in_the_cache_key(raw: dict[str, Any]) -> None:
    (name,) = of_type(raw, "AWS::CloudFront::OriginRequestPolicy")
    headers = only(raw, "AWS::CloudFront::OriginRequestPolicy")["OriginRequestPolicyConfig"]["HeadersConfig"]
    assert headers == {"HeaderBehavior": "whitelist", "Headers": [QUERY_HEADER]}
    assert [behaviour["OriginRequestPolicyId"] for behaviour in behaviours(raw)] == [{"Ref": name}]
    key = only(raw, "AWS::CloudFront::CachePolicy")["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["HeadersConfig"] == {"HeaderBehavior": "none"}


def test_without_a_domain_images_have_cloudfronts_host_name_and_certificate() -> None:
    config = distribution()
    assert "Aliases" not in config
    assert config["ViewerCertificate"] == {"CloudFrontDefaultCertificate": True}


@pytest.mark.parametrize("given", [True, False], ids=["given", "created"])
def test_a_domain_has_a_certificate_and_no_tls_before_version_1_2(given: bool) -> None:
    arn = "arn:aws:acm:us-east-1:000000000000:certificate/1"
    source = {"CertificateArn": arn} if given else {"HostedZoneId": "Z1"}
    config = distribution(DomainName="images.example.com", **source)
    assert config["Aliases"] == ["images.example.com"]
    assert config["ViewerCertificate"] == {
        "AcmCertificateArn": arn if given else Reference("Certificate"),
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }


def test_a_domain_without_a_certificate_is_refused_before_anything_is_created(raw: dict[str, Any]) -> None:
    rule = raw["Rules"]["DomainHasCertificate"]
    (assertion,) = rule["Assertions"]
    for arn, zone, allowed in (("", "", False), ("arn", "", True), ("", "Z1", True), ("arn", "Z1", True)):
        template = with_parameters(DomainName="images.example.com", CertificateArn=arn, HostedZoneId=zone)
        assert template.resolve(rule["RuleCondition"]) is True
        assert template.resolve(assertion["Assert"]) is allowed
    assert with_parameters().resolve(rule["RuleCondition"]) is False


def test_a_hosted_zone_gets_records_of_both_versions_of_ip() -> None:
    template = with_parameters(DomainName="images.example.com", HostedZoneId="Z1")
    group = template.resolve(template.only("AWS::Route53::RecordSetGroup"))
    assert [(record["Type"], record["Name"]) for record in group["RecordSets"]] == [
        ("A", "images.example.com"),
        ("AAAA", "images.example.com"),
    ]


def test_the_origin_is_read_through_origin_access_control_and_shielded(raw: dict[str, Any]) -> None:
    origin, _ = only(raw, "AWS::CloudFront::Distribution")["DistributionConfig"]["Origins"]
    assert origin["S3OriginConfig"] == {"OriginAccessIdentity": ""}
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["OriginAccessControl", "Id"]}
    assert origin["OriginShield"] == {"Enabled": True, "OriginShieldRegion": {"Ref": "ShieldRegion"}}


def test_rendering_can_be_stopped_without_new_functions() -> None:
    (origin,) = distribution(Rendering="off")["Origins"]
    assert origin["OriginCustomHeaders"] == [{"HeaderName": "X-Imagehub-Rendering", "HeaderValue": "off"}]
    assert RENDERING_HEADER == "x-imagehub-rendering"
