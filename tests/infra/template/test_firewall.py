"""The firewall has the rules that an operator chose."""

from __future__ import annotations

import re
from typing import Any

import pytest

from edge.contract.url import MAX_QUERY
from infra.local.cloudfront.cloudformation import Reference
from tests.infra.template.resources import (
    distribution,
    only,
    with_parameters,
)


def firewall(**parameters: Any) -> dict[str, dict[str, Any]]:
    """The firewall's rules by name."""
    template = with_parameters(**parameters)
    acl = template.resolve(template.only("AWS::WAFv2::WebACL"))
    assert (acl["Scope"], acl["DefaultAction"]) == ("CLOUDFRONT", {"Allow": {}})
    assert len({rule["Priority"] for rule in acl["Rules"]}) == len(acl["Rules"])
    return {rule["Name"]: rule for rule in acl["Rules"]}


def test_a_flood_from_one_address_is_stopped_before_the_functions(raw: dict[str, Any]) -> None:
    rule = firewall()["too-many-requests"]
    assert rule["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 60,
        "Limit": "3000",
    }
    assert rule["Action"]["Block"]["CustomResponse"]["ResponseCode"] == 429
    config = only(raw, "AWS::CloudFront::Distribution")["DistributionConfig"]
    # A distribution takes the ARN of a CLOUDFRONT web ACL, not the id that Ref returns:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cloudfront-distribution-distributionconfig.html
    arn, nothing = {"Fn::GetAtt": ["Firewall", "Arn"]}, {"Ref": "AWS::NoValue"}
    assert config["WebACLId"] == {"Fn::If": ["HasFirewall", arn, nothing]}


@pytest.mark.parametrize(
    ("limit", "managed", "expected"),
    [
        ("3000", "off", {"query-too-long", "too-many-requests"}),
        ("0", "block", {"query-too-long", "known-bad-addresses", "known-bad-inputs"}),
        ("10", "count", {"query-too-long", "too-many-requests", "known-bad-addresses", "known-bad-inputs"}),
    ],
)
def test_the_firewall_has_the_rules_that_an_operator_chose(limit: str, managed: str, expected: set[str]) -> None:
    rules = firewall(RequestsPerMinute=limit, ManagedRules=managed)
    assert rules.keys() == expected
    overrides = [rule["OverrideAction"] for rule in rules.values() if "OverrideAction" in rule]
    assert all(action == ({"None": {}} if managed == "block" else {"Count": {}}) for action in overrides)


def test_without_rules_there_is_no_firewall_to_pay_for() -> None:
    assert "WebACLId" not in distribution(RequestsPerMinute="0")
    assert distribution(RequestsPerMinute="0", ManagedRules="count")["WebACLId"] == Reference("Firewall", "Arn")


@pytest.mark.parametrize(("text", "valid"), [("0", True), ("9", False), ("10", True), ("3000", True), ("-1", False)])
def test_aws_takes_no_limit_below_ten(raw: dict[str, Any], text: str, valid: bool) -> None:
    assert bool(re.fullmatch(raw["Parameters"]["RequestsPerMinute"]["AllowedPattern"], text)) is valid


def test_the_firewall_refuses_the_queries_that_viewer_request_would_refuse() -> None:
    statement = firewall()["query-too-long"]["Statement"]["SizeConstraintStatement"]
    assert (statement["ComparisonOperator"], statement["Size"]) == ("GT", MAX_QUERY)
