"""Logs, metrics, alarms and the dashboard, which cost nothing unless someone wants them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.infra.template.resources import (
    edge_functions,
    of_type,
    only,
    with_parameters,
)
from tests.machine import ROOT


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
    text = only(raw, "AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Sub"][0]
    board = json.loads(re.sub(r"\$\{[^}]+\}", "x", text))
    places = [(each["x"], each["y"]) for each in board["widgets"]]
    assert len(set(places)) == len(places) >= 6
    assert set(re.findall(r"\$\{([^}]+)\}", text)) == {"Distribution", "Logs", "AWS::StackName", "Where"}


@pytest.mark.parametrize(("mode", "region"), [("edge", "eu-west-1"), ("regional", "us-east-1")])
def test_the_dashboard_looks_where_variants_are_rendered(raw: dict[str, Any], mode: str, region: str) -> None:
    template = with_parameters(Mode=mode, ShieldRegion="eu-west-1")
    board = json.loads(template.resolve(template.only("AWS::CloudWatch::Dashboard")["DashboardBody"]))
    regions = {each["properties"]["title"]: each["properties"]["region"] for each in board["widgets"]}
    assert (regions["Requests and bytes"], regions["Failures by code"]) == ("us-east-1", region)


def test_the_dashboard_shows_hits_variants_failures_steps_and_cost(raw: dict[str, Any]) -> None:
    template = with_parameters(Mode="edge", ShieldRegion="eu-west-1")
    board = json.loads(template.resolve(template.only("AWS::CloudWatch::Dashboard")["DashboardBody"]))
    widgets = {each["properties"]["title"]: each["properties"] for each in board["widgets"]}
    assert {"Variants rendered", "Failures by code", "95th percentile by step, milliseconds"} <= set(widgets)
    formula, requests, rendered = widgets["Requests answered without rendering, percent"]["metrics"]
    assert formula[0]["expression"] == "100 * (1 - FILL(rendered, 0) / requests)"
    assert (requests[1], requests[-1]["id"]) == ("Requests", "requests")
    # Metrics of what renders are in its region, and each of its lines is one variant.
    assert (rendered[1], rendered[-1]["id"], rendered[-1]["region"]) == ("RenderMilliseconds", "rendered", "eu-west-1")
    assert rendered[-1]["stat"] == "SampleCount"
    costs = widgets["The account's cost this month, USD"]["metrics"]
    assert {each[3] for each in costs} == {"AmazonCloudFront", "AmazonS3", "AWSLambda", "AmazonCloudWatch"}


def test_without_an_address_there_is_nothing_that_costs(raw: dict[str, Any]) -> None:
    for kind in ("Logs::MetricFilter", "CloudWatch::Alarm", "CloudWatch::Dashboard", "SNS::Topic"):
        assert {each["Condition"] for each in of_type(raw, f"AWS::{kind}").values()} == {"HasAlarms"}
    assert of_type(raw, "AWS::Budgets::Budget")["Budget"]["Condition"] == "HasBudget"
