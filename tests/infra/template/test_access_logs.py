"""infra/access-logs.yaml: where CloudFront's access logs go, and what is in them."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest

from infra.local.cloudfront.cloudformation import Template
from infra.local.cloudfront.process import TEMPLATE
from tests.infra.template.resources import of_type, only

PATH = TEMPLATE.with_name("access-logs.yaml")


@pytest.fixture(scope="module")
def logs() -> dict[str, Any]:
    return dict(Template.read(PATH).document)


def test_logs_say_nothing_about_the_visitor(logs: dict[str, Any]) -> None:
    fields = only(logs, "AWS::Logs::Delivery")["RecordFields"]
    assert not [field for field in fields if re.search(r"c-ip|Cookie|Referer|User-Agent|forwarded", field)]
    # What `manage.py warm` reads of them.
    assert {"cs-uri-stem", "cs-uri-query", "sc-status"} <= set(fields)


def test_saved_queries_read_fields_that_are_logged(logs: dict[str, Any]) -> None:
    fields = set(only(logs, "AWS::Logs::Delivery")["RecordFields"])
    queries = of_type(logs, "AWS::Logs::QueryDefinition").values()
    named = {name for each in queries for name in re.findall(r"`([^`]+)`", each["Properties"]["QueryString"])}
    assert named <= fields
    assert "x-edge-result-type" in named


@pytest.mark.parametrize(("where", "kind"), [("s3", "AWS::S3::Bucket"), ("cloudwatch", "AWS::Logs::LogGroup")])
def test_the_logs_go_to_one_place_that_forgets_them(logs: dict[str, Any], where: str, kind: str) -> None:
    document = copy.deepcopy(logs)
    document["Parameters"]["AccessLogs"]["Default"] = where
    document["Parameters"]["DistributionId"]["Default"] = "E1"
    template = Template(document)
    exists = {
        name
        for name, each in document["Resources"].items()
        if template.resolve({"Condition": each["Condition"]} if "Condition" in each else True)
    }
    destination = template.resolve(only(document, "AWS::Logs::DeliveryDestination")["DestinationResourceArn"])
    assert destination.logical_id in exists
    assert document["Resources"][destination.logical_id]["Type"] == kind
    assert ("SavedHitRatio" in exists) is (where == "cloudwatch")
    assert json.dumps({"Ref": "LogDays"}) in json.dumps(document["Resources"][destination.logical_id])


def test_only_the_delivery_of_this_distribution_may_write(logs: dict[str, Any]) -> None:
    deliver = only(logs, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"][0]
    assert deliver["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert deliver["Condition"]["ArnEquals"] == {"aws:SourceArn": {"Fn::GetAtt": ["Source", "Arn"]}}
    text = only(logs, "AWS::Logs::ResourcePolicy")["PolicyDocument"]["Fn::Sub"]
    (statement,) = json.loads(re.sub(r"\$\{[^}]+\}", "x", text))["Statement"]
    assert statement["Principal"] == deliver["Principal"]
    assert statement["Condition"].keys() == {"StringEquals", "ArnEquals"}
