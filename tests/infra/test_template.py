"""The stack: the rules of Lambda@Edge and of this project that cfn-lint does not check."""

from __future__ import annotations

import copy
import json
import re
import secrets
import string
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from edge.contract.signing import KEEP_SECONDS, KeyRing, SigningKey
from edge.contract.url import MAX_QUERY
from edge.lambda_event import QUERY_HEADER, RENDERING_HEADER
from edge.storage.signing_keys.location import SigningKeySecret, parse_location
from infra.local.cloudfront.cloudformation import Reference, Template
from infra.local.cloudfront.process import TEMPLATE
from infra.package import PACKAGES, template_parameters
from infra.reproducible_zip import ZipFile
from tests.machine import ROOT


@pytest.fixture(scope="module")
def raw() -> dict[str, Any]:
    """The template with ``!Ref X`` as ``{"Ref": "X"}``."""
    return dict(Template.read(TEMPLATE).document)


def of_type(raw: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: resource for name, resource in raw["Resources"].items() if resource["Type"] == kind}


def only(raw: dict[str, Any], kind: str) -> dict[str, Any]:
    (resource,) = of_type(raw, kind).values()
    properties: dict[str, Any] = resource["Properties"]
    return properties


def edge_functions(raw: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The functions that CloudFront calls."""
    versions = of_type(raw, "AWS::Lambda::Version").values()
    names = {version["Properties"]["FunctionName"]["Ref"] for version in versions}
    return {name: each for name, each in of_type(raw, "AWS::Lambda::Function").items() if name in names}


def statements(raw: dict[str, Any]) -> list[dict[str, Any]]:
    policies = of_type(raw, "AWS::IAM::Policy").values()
    return [statement for policy in policies for statement in policy["Properties"]["PolicyDocument"]["Statement"]]


def behaviours(raw: dict[str, Any]) -> list[dict[str, Any]]:
    config = only(raw, "AWS::CloudFront::Distribution")["DistributionConfig"]
    return [config["DefaultCacheBehavior"], *config.get("CacheBehaviors", [])]


def test_cfn_lint_finds_no_problem() -> None:
    linter = Path(sys.executable).parent / "cfn-lint"
    done = subprocess.run([linter, TEMPLATE], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_functions_use_no_feature_that_lambda_at_edge_refuses(raw: dict[str, Any]) -> None:
    functions = edge_functions(raw).values()
    assert len(functions) == 2
    for function in functions:
        properties = function["Properties"]
        refused = {
            "Environment",
            "Layers",
            "VpcConfig",
            "DeadLetterConfig",
            "TracingConfig",
            "KmsKeyArn",
            "ImageConfig",
        }
        assert not refused & properties.keys()
        assert properties["Architectures"] == ["x86_64"]
        assert properties["Runtime"] == "python3.13"
        assert properties.get("PackageType", "Zip") == "Zip"
        assert properties.get("EphemeralStorage", {"Size": 512}) == {"Size": 512}


def test_functions_stay_within_the_limits_of_their_events(raw: dict[str, Any]) -> None:
    functions = of_type(raw, "AWS::Lambda::Function")
    viewer = functions["ViewerRequestFunction"]["Properties"]
    origin = functions["OriginResponseFunction"]["Properties"]
    assert (viewer["Handler"], viewer["MemorySize"]) == ("edge.viewer_request.handler", 128)
    assert viewer["Timeout"] <= 5
    assert origin["Handler"] == "edge.origin_response.handler"
    assert origin["Timeout"] <= 30
    assert origin["MemorySize"] == {"Ref": "RendererMemory"}
    # tests/edge/image/decode/test_memory.py keeps what is admitted below a thousand megabytes.
    parameter = raw["Parameters"]["RendererMemory"]
    assert (parameter["MinValue"], parameter["MaxValue"]) == (1024, 10_240)


def test_functions_and_versions_are_retained_because_their_replicas_outlive_the_stack(raw: dict[str, Any]) -> None:
    kept = [*edge_functions(raw).values(), *of_type(raw, "AWS::Lambda::Version").values()]
    assert len(kept) == 4
    for resource in (*kept, *of_type(raw, "AWS::S3::Bucket").values()):
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_every_behaviour_runs_both_functions_as_numbered_versions(raw: dict[str, Any]) -> None:
    versions = of_type(raw, "AWS::Lambda::Version")
    for behaviour in behaviours(raw):
        pairs = {item["EventType"]: item["LambdaFunctionARN"] for item in behaviour["LambdaFunctionAssociations"]}
        assert pairs.keys() == {"viewer-request", "origin-response"}
        assert all(arn.keys() == {"Ref"} and arn["Ref"] in versions for arn in pairs.values())


def test_new_code_creates_a_new_version(raw: dict[str, Any]) -> None:
    for version in of_type(raw, "AWS::Lambda::Version").values():
        assert version["Properties"]["CodeSha256"]["Ref"].endswith("Sha256")


def test_a_new_configuration_creates_a_new_version(raw: dict[str, Any]) -> None:
    """Without a change of the version's own properties, CloudFormation would leave the old version in use."""
    functions = of_type(raw, "AWS::Lambda::Function")
    for version in of_type(raw, "AWS::Lambda::Version").values():
        function = dict(functions[version["Properties"]["FunctionName"]["Ref"]]["Properties"])
        for same in ("Description", "Role", "Code", "Architectures", "EphemeralStorage"):
            function.pop(same, None)
        logging = function.pop("LoggingConfig")
        text = "{Handler}, {Runtime}, {MemorySize} MB, {Timeout} s, ".format_map(
            {k: spell(v) for k, v in function.items()}
        )
        text += "{ApplicationLogLevel} and {SystemLogLevel} in {LogFormat} to {LogGroup}".format_map(
            {name: spell(value) for name, value in logging.items()}
        )
        assert version["Properties"]["Description"] == {"Fn::Sub": text}
        assert function.keys() == {"Handler", "Runtime", "MemorySize", "Timeout"}, "name it in the description too"


def spell(value: Any) -> str:
    """A property's value as Fn::Sub writes it."""
    return f"${{{value['Ref']}}}" if isinstance(value, dict) else str(value)


def test_the_packages_fill_the_parameters_of_the_functions(raw: dict[str, Any], tmp_path: Path) -> None:
    zips = {spec: ZipFile(tmp_path / f"{spec.name}-0123.zip", 1, 1, "abc=") for spec in PACKAGES}
    given = dict(text.split("=", 1) for text in template_parameters(zips))
    used = {"CodeBucket"}
    for function in of_type(raw, "AWS::Lambda::Function").values():
        used |= {value["Ref"] for value in function["Properties"]["Code"].values()}
    used |= {each["Properties"]["CodeSha256"]["Ref"] for each in of_type(raw, "AWS::Lambda::Version").values()}
    assert {*given, "CodeBucket"} == used
    assert given["ViewerRequestKey"] == "viewer-request-0123.zip"
    assert given["OriginResponseSha256"] == "abc="


def test_roles_trust_lambda_and_lambda_at_edge(raw: dict[str, Any]) -> None:
    for function in edge_functions(raw).values():
        role = raw["Resources"][function["Properties"]["Role"]["Fn::GetAtt"][0]]
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]}
        assert "ManagedPolicyArns" not in role["Properties"]


def test_no_statement_allows_everything(raw: dict[str, Any]) -> None:
    for statement in statements(raw):
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not [action for action in actions if "*" in action]
        assert statement["Resource"] != "*"


def test_origin_response_may_write_variants_and_records_of_failures_only(raw: dict[str, Any]) -> None:
    writing = {
        each["Resource"]["Fn::Sub"]: each["Action"] for each in statements(raw) if "s3:Put" in str(each["Action"])
    }
    assert writing == {
        "${Bucket.Arn}/variants/*": ["s3:PutObject", "s3:DeleteObject"],
        "${Bucket.Arn}/failures/*": "s3:PutObject",
    }
    (policy,) = [
        each["Properties"]
        for each in of_type(raw, "AWS::IAM::Policy").values()
        if "s3:" in json.dumps(each["Properties"]["PolicyDocument"])
    ]
    assert policy["Roles"] == [{"Ref": "OriginResponseRole"}]


def test_only_viewer_request_and_the_rotation_may_read_the_signing_keys(raw: dict[str, Any]) -> None:
    policies = [each["Properties"] for each in of_type(raw, "AWS::IAM::Policy").values()]
    reading = [each for each in policies if "secretsmanager" in json.dumps(each["PolicyDocument"])]
    assert [each["Roles"] for each in reading] == [[{"Ref": "ViewerRequestRole"}], [{"Ref": "RotationRole"}]]


def test_the_first_signing_key_that_the_stack_creates_is_valid(raw: dict[str, Any]) -> None:
    """As Secrets Manager fills it: a password of the characters that are not excluded."""
    rule = only(raw, "AWS::SecretsManager::Secret")["GenerateSecretString"]
    assert (rule["ExcludeUppercase"], rule["ExcludePunctuation"]) == (True, True)
    characters = sorted(set(string.ascii_lowercase + string.digits) - set(rule["ExcludeCharacters"]))
    assert "".join(characters) == "0123456789abcdef"
    password = "".join(secrets.choice(characters) for _ in range(rule["PasswordLength"]))
    text = json.dumps({**json.loads(rule["SecretStringTemplate"]), rule["GenerateStringKey"]: password})
    key = SigningKey.parse(text)
    assert (len(key.secret), key.id, KeyRing(key).signer(time.time())) == (32, "first", key)


def test_a_secret_of_ones_own_or_one_that_the_stack_creates(raw: dict[str, Any]) -> None:
    (assertion,) = raw["Rules"]["OneSigningSecret"]["Assertions"]
    both = with_parameters(CreateSigningSecret="yes", SigningSecretArn="arn")
    assert both.resolve(raw["Rules"]["OneSigningSecret"]["RuleCondition"]) is True
    assert both.resolve(assertion["Assert"]) is False
    readable = {
        name: with_parameters(**given).resolve(signing_keys_policy(raw)["Resource"])
        for name, given in {"ours": {"CreateSigningSecret": "yes"}, "own": {"SigningSecretArn": "arn"}}.items()
    }
    assert readable == {"ours": Reference("SigningSecret"), "own": "arn"}


def signing_keys_policy(raw: dict[str, Any]) -> dict[str, Any]:
    (statement,) = raw["Resources"]["SigningKeysPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    return dict(statement)


def test_the_location_that_the_stack_puts_out_is_one_for_policy_json(raw: dict[str, Any]) -> None:
    template = with_parameters(CreateSigningSecret="yes")
    location = parse_location(template.resolve(raw["Outputs"]["SigningSecretLocation"]["Value"]))
    assert isinstance(location, SigningKeySecret)
    name = template.resolve(template.only("AWS::SecretsManager::Secret")["Name"])
    # The rotation reckons with the default.
    assert (location.name, location.region, location.keep) == (name, "us-east-1", KEEP_SECONDS)


def test_secrets_manager_alone_may_call_the_rotation_and_it_reaches_this_secret_only(raw: dict[str, Any]) -> None:
    permission = only(raw, "AWS::Lambda::Permission")
    assert (permission["Principal"], permission["SourceArn"]) == (
        "secretsmanager.amazonaws.com",
        {"Ref": "SigningSecret"},
    )
    first = raw["Resources"]["RotationPolicy"]["Properties"]["PolicyDocument"]["Statement"][0]
    assert first["Resource"] == {"Ref": "SigningSecret"}


def test_the_verified_query_is_forwarded_and_is_not_in_the_cache_key(raw: dict[str, Any]) -> None:
    (name,) = of_type(raw, "AWS::CloudFront::OriginRequestPolicy")
    headers = only(raw, "AWS::CloudFront::OriginRequestPolicy")["OriginRequestPolicyConfig"]["HeadersConfig"]
    assert headers == {"HeaderBehavior": "whitelist", "Headers": [QUERY_HEADER]}
    assert [behaviour["OriginRequestPolicyId"] for behaviour in behaviours(raw)] == [{"Ref": name}]
    key = only(raw, "AWS::CloudFront::CachePolicy")["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["HeadersConfig"] == {"HeaderBehavior": "none"}


def test_logs_may_be_written_in_every_region(raw: dict[str, Any]) -> None:
    (logs,) = raw["Resources"]["LogsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert logs["Resource"] == {
        "Fn::Sub": "arn:${AWS::Partition}:logs:*:${AWS::AccountId}:log-group:/imagehub/${AWS::StackName}:*"
    }


def test_functions_log_to_one_group_whose_name_no_stack_name_shortens(raw: dict[str, Any]) -> None:
    group = only(raw, "AWS::Logs::LogGroup")
    assert group["LogGroupName"] == {"Fn::Sub": "/imagehub/${AWS::StackName}"}
    assert group["RetentionInDays"] == {"Ref": "LogDays"}
    for function in edge_functions(raw).values():
        assert function["Properties"]["LoggingConfig"] == {
            "LogFormat": "JSON",
            "ApplicationLogLevel": {"Ref": "LogLevel"},
            "SystemLogLevel": "WARN",
            "LogGroup": {"Ref": "Logs"},
        }
    # Without it, Lambda's Python logs warnings and errors only.
    assert raw["Parameters"]["LogLevel"]["Default"] == "INFO"


def test_cloudfront_may_read_variants_only(raw: dict[str, Any]) -> None:
    allowed = [
        statement
        for statement in only(raw, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    (statement,) = allowed
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert statement["Action"] == "s3:GetObject"
    assert statement["Resource"] == {"Fn::Sub": "${Bucket.Arn}/variants/*"}
    source = statement["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Sub"]
    assert source.endswith("distribution/${Distribution}")


def test_the_bucket_is_private(raw: dict[str, Any]) -> None:
    bucket = only(raw, "AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    expiring = {rule["Prefix"]: rule["ExpirationInDays"] for rule in lifecycle() if "Prefix" in rule}
    assert expiring == {"incoming/": 1, "failures/": 1}


def test_variants_expire_if_an_operator_says_so() -> None:
    expiring = {rule["Prefix"]: rule["ExpirationInDays"] for rule in lifecycle(VariantDays=90) if "Prefix" in rule}
    assert expiring == {"incoming/": 1, "failures/": 1, "variants/": 90}


def lifecycle(**parameters: Any) -> list[dict[str, Any]]:
    template = with_parameters(**parameters)
    rules: list[dict[str, Any]] = template.resolve(template.only("AWS::S3::Bucket"))["LifecycleConfiguration"]["Rules"]
    return rules


def with_parameters(**parameters: Any) -> Template:
    """The template with other defaults."""
    document = copy.deepcopy(dict(Template.read(TEMPLATE).document))
    for name, value in parameters.items():
        document["Parameters"][name]["Default"] = value
    return Template(document)


def distribution(**parameters: Any) -> dict[str, Any]:
    template = with_parameters(**parameters)
    resolved: dict[str, Any] = template.resolve(template.only("AWS::CloudFront::Distribution")["DistributionConfig"])
    return resolved


def test_only_the_admin_may_upload_from_a_browser() -> None:
    assert "CorsConfiguration" not in (bucket := with_parameters()).resolve(bucket.only("AWS::S3::Bucket"))
    template = with_parameters(AdminOrigin="https://www.example.com")
    (rule,) = template.resolve(template.only("AWS::S3::Bucket"))["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == (["https://www.example.com"], ["POST"])


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
    (origin,) = only(raw, "AWS::CloudFront::Distribution")["DistributionConfig"]["Origins"]
    assert origin["S3OriginConfig"] == {"OriginAccessIdentity": ""}
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["OriginAccessControl", "Id"]}
    assert origin["OriginShield"] == {"Enabled": True, "OriginShieldRegion": {"Ref": "AWS::Region"}}


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


def test_every_alarm_names_a_section_of_the_runbook(raw: dict[str, Any]) -> None:
    alarms = of_type(raw, "AWS::CloudWatch::Alarm")
    assert len(alarms) >= 4
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    for name, alarm in alarms.items():
        section = alarm["Properties"]["AlarmDescription"].partition("docs/operations.md#")[2]
        assert section in anchors, name
        assert alarm["Properties"]["AlarmActions"] == [{"Ref": "AlarmTopic"}]
        assert alarm["Condition"] == "HasAlarms"


def test_alarms_watch_metrics_that_are_measured(raw: dict[str, Any]) -> None:
    filters = [each["Properties"] for each in of_type(raw, "AWS::Logs::MetricFilter").values()]
    measured = {each["MetricTransformations"][0]["MetricName"] for each in filters}
    watched = {each["Properties"]["MetricName"] for each in of_type(raw, "AWS::CloudWatch::Alarm").values()}
    assert watched - measured == {"5xxErrorRate"}, "CloudFront's own"
    # Each metric costs 0.30 dollars a month, and each value of a dimension would be one.
    assert len(measured) <= 10
    assert not [each for each in filters if "Dimensions" in each["MetricTransformations"][0]]


def test_metrics_and_queries_read_fields_that_are_logged(raw: dict[str, Any]) -> None:
    logged = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "logs.md").read_text(), re.MULTILINE))
    for each in of_type(raw, "AWS::Logs::MetricFilter").values():
        assert set(re.findall(r"\$\.(\w+)", json.dumps(each))) <= logged
    for each in of_type(raw, "AWS::Logs::QueryDefinition").values():
        text = each["Properties"]["QueryString"]
        named = set(re.findall(r"(?:pct|sum)\((\w+)|filter (\w+)", text))
        assert {name for pair in named for name in pair if name} <= logged


def test_the_dashboard_is_json_that_names_this_stack_alone(raw: dict[str, Any]) -> None:
    text = only(raw, "AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Sub"]
    board = json.loads(re.sub(r"\$\{[^}]+\}", "x", text))
    places = [(each["x"], each["y"]) for each in board["widgets"]]
    assert len(set(places)) == len(places) >= 6
    assert set(re.findall(r"\$\{([^}]+)\}", text)) == {"Distribution", "Logs", "AWS::StackName"}


def test_without_an_address_there_is_nothing_that_costs(raw: dict[str, Any]) -> None:
    for kind in ("Logs::MetricFilter", "CloudWatch::Alarm", "CloudWatch::Dashboard", "SNS::Topic"):
        assert {each["Condition"] for each in of_type(raw, f"AWS::{kind}").values()} == {"HasAlarms"}
    assert of_type(raw, "AWS::Budgets::Budget")["Budget"]["Condition"] == "HasBudget"


def test_rendering_can_be_stopped_without_new_functions() -> None:
    (origin,) = distribution(Rendering="off")["Origins"]
    assert origin["OriginCustomHeaders"] == [{"HeaderName": "X-Imagehub-Rendering", "HeaderValue": "off"}]
    assert RENDERING_HEADER == "x-imagehub-rendering"
