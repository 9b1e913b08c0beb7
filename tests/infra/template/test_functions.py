"""The functions keep the rules of Lambda@Edge that cfn-lint does not check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from infra.edge_mode import EdgeMode
from infra.package import PACKAGES, packages_of, template_parameters
from infra.reproducible_zip import ZipFile
from tests.infra.template.resources import (
    distribution,
    of_type,
)


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


def test_the_behaviour_runs_both_functions_as_numbered_versions(raw: dict[str, Any]) -> None:
    versions = of_type(raw, "AWS::Lambda::Version")
    behaviour = distribution()["DefaultCacheBehavior"]
    pairs = {item["EventType"]: item["LambdaFunctionARN"] for item in behaviour["LambdaFunctionAssociations"]}
    assert pairs.keys() == {"viewer-request", "origin-response"}
    assert all(arn.logical_id in versions and arn.attribute is None for arn in pairs.values())


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
    specs = {*PACKAGES, *packages_of(EdgeMode(regional=True, function=True))}
    zips = {spec: ZipFile(tmp_path / f"{spec.name}-0123.zip", 1, 1, "abc=") for spec in specs}
    given = dict(text.split("=", 1) for text in template_parameters(zips))
    used = {"CodeBucket"}
    for function in of_type(raw, "AWS::Lambda::Function").values():
        used |= {value["Ref"] for value in function["Properties"]["Code"].values()}
    used |= {each["Properties"]["CodeSha256"]["Ref"] for each in of_type(raw, "AWS::Lambda::Version").values()}
    assert {*given, "CodeBucket"} == used
    assert given["ViewerRequestKey"] == "viewer-request-0123.zip"
    assert given["OriginResponseSha256"] == "abc="
