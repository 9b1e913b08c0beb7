"""The two ways to run the edge: each has the resources that it needs, and the same answers for all else."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.cloudfront.cloudformation import Reference
from tests.infra.template.resources import created, distribution, of_type, with_parameters

EDGE = {"OriginResponseRole", "OriginResponseFunction", "OriginResponseVersion", "LogsPolicy"}
VIEWER_LAMBDA = {"ViewerRequestRole", "ViewerRequestFunction", "ViewerRequestVersion"}
GATEWAY = {
    "Gateway",
    "GatewayUrl",
    "GatewayRole",
    "GatewayLogsPolicy",
    "GatewayAccessControl",
    "GatewayUrlPermission",
    "GatewayPermission",
}
FUNCTION = {"ViewerRequestCode"}
MODES = {
    "edge": ({}, EDGE | VIEWER_LAMBDA),
    "function": ({"ViewerRequest": "function"}, EDGE | FUNCTION),
    "regional": ({"Mode": "regional"}, GATEWAY | FUNCTION),
}


@pytest.mark.parametrize("mode", MODES)
def test_a_mode_has_its_own_functions_and_no_others(mode: str) -> None:
    parameters, wanted = MODES[mode]
    found = created(**parameters).keys()
    assert found & (EDGE | VIEWER_LAMBDA | GATEWAY | FUNCTION) == wanted
    assert {"Bucket", "BucketPolicy", "VariantsPolicy", "Distribution", "Logs"} <= found


def test_a_gateway_in_another_region_is_an_origin_by_its_host_name() -> None:
    host = "abc.lambda-url.eu-west-1.on.aws"
    found = created(Mode="regional", GatewayHost=host)
    assert found.keys() & GATEWAY == {"GatewayAccessControl"}
    assert "VariantsPolicy" not in found
    assert [origin["DomainName"] for origin in distribution(Mode="regional", GatewayHost=host)["Origins"]][1] == host


@pytest.mark.parametrize("secret", [{}, {"CreateSigningSecret": "yes"}, {"SigningSecretArn": "arn"}], ids=str)
@pytest.mark.parametrize("mode", MODES)
def test_no_resource_refers_to_one_that_is_not_created(mode: str, secret: dict[str, str]) -> None:
    everything = {"AlarmEmail": "a@example.com", "MonthlyBudget": 10, "DomainName": "a.example", "HostedZoneId": "Z1"}
    assert created(**MODES[mode][0], **secret, **everything)


def test_the_bucket_is_the_same_in_both_modes() -> None:
    """Else a change of the mode would be a change of the bucket."""
    for name in ("Bucket", "BucketPolicy", "OriginAccessControl", "CachePolicy", "Logs"):
        assert created()[name] == created(Mode="regional")[name]


def test_s3_is_asked_first_and_the_gateway_only_if_the_variant_is_missing() -> None:
    config = distribution(Mode="regional")
    (group,) = config["OriginGroups"]["Items"]
    assert group["FailoverCriteria"]["StatusCodes"]["Items"] == [403, 404]
    assert [member["OriginId"] for member in group["Members"]["Items"]] == ["variants", "gateway"]
    assert config["DefaultCacheBehavior"]["TargetOriginId"] == group["Id"]
    bucket, gateway = config["Origins"]
    assert bucket["OriginShield"]["Enabled"]
    assert gateway["DomainName"] == Reference("GatewayUrl", "FunctionUrl")
    assert gateway["OriginAccessControlId"] == Reference("GatewayAccessControl", "Id")
    for edge in (distribution(), distribution(ViewerRequest="function")):
        assert "OriginGroups" not in edge
        assert [origin["Id"] for origin in edge["Origins"]] == ["variants"]


def test_a_visitor_gets_the_gateways_own_error_rather_than_a_timeout() -> None:
    _, gateway = distribution(Mode="regional")["Origins"]
    assert created(Mode="regional")["Gateway"]["Timeout"] < gateway["CustomOriginConfig"]["OriginReadTimeout"]


def test_the_function_is_viewer_request_beside_either_renderer() -> None:
    function = [{"EventType": "viewer-request", "FunctionARN": Reference("ViewerRequestCode", "FunctionARN")}]
    edge = distribution(ViewerRequest="function")["DefaultCacheBehavior"]
    regional = distribution(Mode="regional")["DefaultCacheBehavior"]
    assert edge["FunctionAssociations"] == regional["FunctionAssociations"] == function
    assert [each["EventType"] for each in edge["LambdaFunctionAssociations"]] == ["origin-response"]
    assert regional["LambdaFunctionAssociations"] == []
    assert "FunctionAssociations" not in distribution()["DefaultCacheBehavior"]


def test_the_functions_code_is_put_together_from_its_parameters() -> None:
    parts = {f"ViewerRequestCode{number}": str(number) * 4 for number in (1, 2, 3)}
    function = created(Mode="regional", **parts)["ViewerRequestCode"]
    assert function["FunctionCode"] == "111122223333"
    assert (function["FunctionConfig"]["Runtime"], function["AutoPublish"]) == ("cloudfront-js-2.0", True)


def test_cloudfront_alone_may_call_the_gateway_and_has_both_permissions(raw: dict[str, Any]) -> None:
    """With one of them alone, each miss is a 403."""
    found = created(Mode="regional")
    url, invoke = found["GatewayUrlPermission"], found["GatewayPermission"]
    assert (url["Action"], url["FunctionUrlAuthType"]) == ("lambda:InvokeFunctionUrl", "AWS_IAM")
    assert (invoke["Action"], invoke["InvokedViaFunctionUrl"]) == ("lambda:InvokeFunction", True)
    for permission in (url, invoke):
        assert permission["FunctionName"] == Reference("Gateway")
        assert permission["Principal"] == "cloudfront.amazonaws.com"
        assert permission["SourceArn"].endswith(":distribution/imagehub-local-distribution")
    assert found["GatewayUrl"]["AuthType"] == "AWS_IAM"
    control = found["GatewayAccessControl"]["OriginAccessControlConfig"]
    assert (control["OriginAccessControlOriginType"], control["SigningBehavior"]) == ("lambda", "always")


def test_the_gateway_has_the_rights_of_origin_response_and_no_secret(raw: dict[str, Any]) -> None:
    def rights(role: str, **parameters: Any) -> list[Any]:
        policies = [
            each
            for name, each in created(**parameters).items()
            if raw["Resources"][name]["Type"] == "AWS::IAM::Policy" and Reference(role) in each["Roles"]
        ]
        return [
            statement
            for policy in policies
            for statement in policy["PolicyDocument"]["Statement"]
            if "logs:" not in str(statement["Action"])
        ]

    secret = {"CreateSigningSecret": "yes"}
    gateway = rights("GatewayRole", Mode="regional", **secret)
    assert gateway == rights("OriginResponseRole", **secret)
    assert len(gateway) == 3
    role = created(Mode="regional")["GatewayRole"]["AssumeRolePolicyDocument"]["Statement"][0]
    assert role["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_alarms_and_the_dashboard_are_the_same_in_both_modes(raw: dict[str, Any]) -> None:
    """Both write the same lines to one log group."""
    for kind in ("CloudWatch::Alarm", "CloudWatch::Dashboard", "Logs::MetricFilter", "Logs::QueryDefinition"):
        for name in of_type(raw, f"AWS::{kind}"):
            alarms = {"AlarmEmail": "a@example.com"}
            assert created(**alarms)[name] == created(**alarms, Mode="regional")[name]
    logging = [created(**given)[name]["LoggingConfig"] for given, name in (
        ({}, "OriginResponseFunction"), ({"Mode": "regional"}, "Gateway"))]  # fmt: skip
    assert logging[0] == logging[1]


def test_a_mode_without_its_code_is_refused_before_anything_is_created(raw: dict[str, Any]) -> None:
    edge, regional = raw["Rules"]["EdgeHasItsCode"], raw["Rules"]["RegionalHasItsCode"]
    zips = {"OriginResponseKey": "o.zip", "ViewerRequestKey": "v.zip"}
    code = {"ViewerRequestCode1": "x"}
    function = {"ViewerRequest": "function"}
    for rule, mode, given, allowed in (
        (edge, "edge", {}, False),
        (edge, "edge", zips, True),
        (edge, "edge", {**zips, **function}, False),
        (edge, "edge", {**zips, **function, **code}, True),
        (regional, "regional", zips, False),
        (regional, "regional", {**code, "GatewayKey": "g.zip"}, True),
    ):
        template = with_parameters(Mode=mode, **given)
        assert template.resolve(rule["RuleCondition"]) is True
        assert all(template.resolve(each["Assert"]) for each in rule["Assertions"]) is allowed
    assert with_parameters().resolve(regional["RuleCondition"]) is False
