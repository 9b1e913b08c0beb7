"""The HTTP API's template: what cfn-lint says, and our own rules, each with a template that breaks it."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.api_routes import FILES, IMAGES
from infra.local.cloudfront.cloudformation import Template
from infra.local.cloudfront.process import TEMPLATE
from tests.infra.template.resources import of_type, only

API = TEMPLATE.with_name("api.yaml")
LIMITS = {"ThrottlingRateLimit", "ThrottlingBurstLimit"}
GIVEN = {"GatewayFunction": "gateway", "CdnUrl": "https://images.example.com"}


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    return dict(Template.read(API, GIVEN).document)


def test_cfn_lint_finds_no_problem() -> None:
    linter = Path(sys.executable).parent / "cfn-lint"
    done = subprocess.run([linter, API], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def problems(api: dict[str, Any]) -> Iterator[str]:
    """A sentence for each rule that is broken."""
    integration = only(api, "AWS::ApiGatewayV2::Integration")
    if (integration["IntegrationType"], integration["PayloadFormatVersion"]) != ("AWS_PROXY", "2.0"):
        yield "the gateway reads payload 2.0 only"
    for name, resource in of_type(api, "AWS::ApiGatewayV2::Route").items():
        route = resource["Properties"]
        if isinstance(route["RouteKey"], dict):
            yield from _old_url_problems(name, resource)
            continue
        method, _, path = route["RouteKey"].partition(" ")
        if method not in ("GET", "HEAD") or path not in (FILES, IMAGES):
            yield f"{name} is none of the gateway's routes"
        if (route["AuthorizationType"] == "NONE") is not (path == FILES):
            yield f"{name} must be open exactly if it reads images"
        if ("Condition" in resource) is not (path != FILES):
            yield f"{name} must exist without an authorizer exactly if it reads images"
    yield from _stage_problems(only(api, "AWS::ApiGatewayV2::Stage"))
    source = only(api, "AWS::Lambda::Permission")["SourceArn"]["Fn::Sub"]
    if not source.endswith(":${Api}/$default/*"):
        yield "any API may call the gateway"
    policy = api["Resources"]["SigningKeysPolicy"]
    if policy.get("Condition") != "ReadsSecret" or policy["Properties"]["PolicyDocument"]["Statement"][0]["Action"] != (
        "secretsmanager:GetSecretValue"
    ):
        yield "the gateway may read a secret that was not given"
    domain = only(api, "AWS::ApiGatewayV2::DomainName")["DomainNameConfigurations"][0]
    if domain["SecurityPolicy"] != "TLS_1_2":
        yield "the domain allows old TLS"
    if "ApiMappingKey" in only(api, "AWS::ApiGatewayV2::ApiMapping"):
        yield "a mapping key stays in the path"
    if only(api, "AWS::ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] != {"Fn::If": ["HasDomain", True, False]}:
        yield "the domain can be passed round"


def _old_url_problems(name: str, resource: dict[str, Any]) -> Iterator[str]:
    """Those of a route with the path that the operator chose for AWS's image handler."""
    route = resource["Properties"]
    keys = [{"Fn::Sub": f"{method} /${{ImageHandlerPath}}/{{key+}}"} for method in ("GET", "HEAD")]
    if route["RouteKey"] not in keys or route["AuthorizationType"] != "NONE":
        yield f"{name} does more than read images"
    if resource.get("Condition") != "HasImageHandler":
        yield f"{name} exists although nobody asked for it"


def _stage_problems(stage: dict[str, Any]) -> Iterator[str]:
    if (stage["StageName"], stage["AutoDeploy"]) != ("$default", True):
        yield "the stage's name stays in the path"
    limits = stage.get("DefaultRouteSettings", {})
    if not limits.keys() >= LIMITS:
        yield "requests are not limited"
    own = stage.get("RouteSettings", {}).get("Fn::If", [None, {}])[1]
    if own.keys() != {f"{method} {IMAGES}" for method in ("GET", "HEAD")} or any(
        not each.keys() >= LIMITS or each["ThrottlingRateLimit"] == limits.get("ThrottlingRateLimit")
        for each in own.values()
    ):
        yield "facts have no limit of their own"
    log = stage.get("AccessLogSettings", {}).get("Format", "")
    if "\n" in log or '"status":"$context.status"' not in log:
        yield "there is no access log of one line"
    elif not {"subject", "caller", "denied", "route", "id"} <= json.loads(log).keys():
        yield "the access log does not say who asked"
    elif not all(json.loads(log).values()) or re.search(r"[^$]context|query", log):
        yield "the access log is not JSON, or has signatures in it"


def test_the_template_keeps_our_rules(api: dict[str, Any]) -> None:
    assert list(problems(api)) == []


def _set(resource: str, **changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda api: api["Resources"][resource]["Properties"].update(changes)


BROKEN: dict[str, Callable[[dict[str, Any]], Any]] = {
    "the gateway reads payload 2.0 only": _set("Integration", PayloadFormatVersion="1.0"),
    "ReadFacts must be open exactly if it reads images": _set("ReadFacts", AuthorizationType="NONE"),
    "ReadFile must be open exactly if it reads images": _set("ReadFile", AuthorizationType="JWT"),
    "ReadFacts must exist without an authorizer exactly if it reads images": lambda api: api["Resources"][
        "ReadFacts"
    ].pop("Condition"),
    "ReadFile is none of the gateway's routes": _set("ReadFile", RouteKey="ANY /v1/files/{key+}"),
    "ReadOldUrl does more than read images": _set(
        "ReadOldUrl", RouteKey={"Fn::Sub": "ANY /${ImageHandlerPath}/{key+}"}
    ),
    "ReadOldUrl exists although nobody asked for it": lambda api: api["Resources"]["ReadOldUrl"].pop("Condition"),
    "facts have no limit of their own": _set("Stage", RouteSettings={}),
    "the stage's name stays in the path": _set("Stage", StageName="live"),
    "requests are not limited": _set("Stage", DefaultRouteSettings={}),
    "there is no access log of one line": _set("Stage", AccessLogSettings={}),
    "the access log is not JSON, or has signatures in it": _set(
        "Stage",
        AccessLogSettings={
            "Format": '{"status":"$context.status","id":"","subject":"","caller":"","denied":"","route":""}'
        },
    ),
    "the access log does not say who asked": _set(
        "Stage", AccessLogSettings={"Format": '{"status":"$context.status"}'}
    ),
    "any API may call the gateway": _set("Permission", SourceArn={"Fn::Sub": "arn:aws:execute-api:::*"}),
    "the gateway may read a secret that was not given": lambda api: api["Resources"]["SigningKeysPolicy"].pop(
        "Condition"
    ),
    "the domain allows old TLS": _set("Domain", DomainNameConfigurations=[{"SecurityPolicy": "TLS_1_0"}]),
    "a mapping key stays in the path": _set("Mapping", ApiMappingKey="v1"),
    "the domain can be passed round": _set("Api", DisableExecuteApiEndpoint=False),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_template_that_breaks_a_rule_is_found(api: dict[str, Any], rule: str) -> None:
    broken = copy.deepcopy(api)
    BROKEN[rule](broken)
    assert list(problems(broken)) == [rule]


def resolved(**parameters: Any) -> dict[str, Any]:
    """The resources that exist with these parameters."""
    template = Template.read(API, GIVEN | parameters)
    conditions = template.document["Conditions"]
    return {
        name: template.resolve(each.get("Properties", {}))
        for name, each in template.document["Resources"].items()
        if "Condition" not in each or template.resolve(conditions[each["Condition"]])
    }


def test_old_urls_have_routes_if_their_path_is_given() -> None:
    found = resolved(ImageHandlerPath="image-handler")
    keys = {found[name]["RouteKey"] for name in ("ReadOldUrl", "ReadOldUrlHead")}
    assert keys == {"GET /image-handler/{key+}", "HEAD /image-handler/{key+}"}


def test_by_default_images_can_be_read_and_nothing_else_exists() -> None:
    found = resolved()
    routes = {name: each["RouteKey"] for name, each in found.items() if "RouteKey" in each}
    assert routes == {"ReadFile": "GET /v1/files/{key+}", "ReadFileHead": "HEAD /v1/files/{key+}"}
    assert "RouteSettings" not in found["Stage"]
    assert not found.keys() & {"JwtAuthorizer", "SigningKeysPolicy", "Domain", "Mapping"}
    assert found["Stage"]["StageVariables"] == {"cdn": "https://images.example.com"}


@pytest.mark.parametrize(("authorizer", "kind"), [("iam", "AWS_IAM"), ("jwt", "JWT")])
def test_everything_else_needs_the_authorizer(authorizer: str, kind: str) -> None:
    found = resolved(Authorizer=authorizer, JwtIssuer="https://issuer.example", JwtAudience="client")
    routes = {each["RouteKey"]: each for each in found.values() if "RouteKey" in each}
    assert routes.keys() == {f"{method} {path}" for method in ("GET", "HEAD") for path in (FILES, IMAGES)}
    for key, route in routes.items():
        assert route["AuthorizationType"] == ("NONE" if key.endswith(FILES) else kind)
        has_token = authorizer == "jwt" and key.endswith(IMAGES)
        assert ("AuthorizerId" in route) is has_token
    assert ("JwtAuthorizer" in found) is (authorizer == "jwt")
    facts = {"ThrottlingRateLimit": 20, "ThrottlingBurstLimit": 40}
    assert found["Stage"]["RouteSettings"] == {f"{method} {IMAGES}": facts for method in ("GET", "HEAD")}


@pytest.mark.parametrize(
    ("rule", "given", "missing"),
    [
        ("JwtIsComplete", {"Authorizer": "jwt", "JwtIssuer": "https://issuer.example"}, {"JwtAudience": "client"}),
        ("DomainHasCertificate", {"DomainName": "api.example.com"}, {"CertificateArn": "arn"}),
        ("SecretHasReader", {"SigningSecretArn": "arn"}, {"GatewayRole": "role"}),
    ],
)
def test_parameters_that_need_another_one_say_so(rule: str, given: dict[str, str], missing: dict[str, str]) -> None:
    for parameters, complete in ((given, False), (given | missing, True)):
        template = Template.read(API, GIVEN | parameters)
        found = template.document["Rules"][rule]
        assert template.resolve(found["RuleCondition"]) is True
        assert all(template.resolve(each["Assert"]) for each in found["Assertions"]) is complete


def test_other_sites_may_show_the_images_as_with_cloudfront(api: dict[str, Any]) -> None:
    ours = only(api, "AWS::ApiGatewayV2::Api")["CorsConfiguration"]
    policy = only(dict(Template.read(TEMPLATE).document), "AWS::CloudFront::ResponseHeadersPolicy")
    theirs = policy["ResponseHeadersPolicyConfig"]["CorsConfig"]
    for name, other in (
        ("AllowOrigins", "AccessControlAllowOrigins"),
        ("AllowMethods", "AccessControlAllowMethods"),
        ("AllowHeaders", "AccessControlAllowHeaders"),
    ):
        assert ours[name] == theirs[other]["Items"]
    assert ours["MaxAge"] == theirs["AccessControlMaxAgeSec"]
    assert set(theirs["AccessControlExposeHeaders"]["Items"]) - set(ours["ExposeHeaders"]) == {"X-Cache"}
