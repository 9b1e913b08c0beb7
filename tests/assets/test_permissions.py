"""The template's managed policies allow what Django and its workers call on AWS, and the calls are recorded here."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from assets import manifest, publication_sweep, tasks
from assets.analysis import looking, rekognition
from assets.models import Analysis, Asset, ManifestState, Preset, Purge
from assets.purge import request_purge
from infra.local.cloudfront.cloudformation import Reference, Template
from infra.local.cloudfront.process import TEMPLATE
from tests.assets.analysis.photographs import astronaut
from tests.assets.images import analysed_collection, image_file, make_asset
from tests.rekognition_server import run_rekognition, use

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.s3]

Call = tuple[str, str]
#: The actions that S3's operations need: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
ACTIONS = {
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
    "ListObjectsV2": "s3:ListBucket",
    "CreateInvalidation": "cloudfront:CreateInvalidation",
    "GetInvalidation": "cloudfront:GetInvalidation",
    **{operation: f"rekognition:{operation}" for operation in rekognition.OPERATIONS},
}
REGION = "eu-west-1"


@pytest.fixture
def calls(aws_clients: list[Any]) -> set[Call]:
    """The actions of all calls, each with what it is about: an object, a prefix, a region or a distribution."""
    made: set[Call] = set()

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        made.update(actions_of(model.name, params))

    for client in aws_clients:
        client.meta.events.register("provide-client-params", note)
    return made


def actions_of(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    match operation:
        case "DeleteObjects":
            yield from (("s3:DeleteObject", each["Key"]) for each in params["Delete"]["Objects"])
        case "CopyObject":
            yield "s3:GetObject", params["CopySource"]["Key"]
            yield "s3:PutObject", params["Key"]
        case "ListObjectsV2":
            yield ACTIONS[operation], params["Prefix"]
        case _ if operation in rekognition.OPERATIONS:
            yield ACTIONS[operation], REGION
        case _:
            yield ACTIONS[operation], params.get("Key", "")


def allowed(*policies: str, **parameters: str) -> list[Call]:
    """The actions that the template's policies allow, each with a pattern of what it is about."""
    template = Template.read(TEMPLATE, parameters)
    found = []
    for name in policies:
        properties = template.properties(Reference(name), "AWS::IAM::ManagedPolicy")
        for statement in template.resolve(properties["PolicyDocument"])["Statement"]:
            assert statement["Effect"] == "Allow"
            actions, resources = as_list(statement["Action"]), as_list(statement["Resource"])
            conditions: list[dict[str, Any]] = list(statement.get("Condition", {}).values())
            (about,) = conditions[0].values() if conditions else (None,)
            prefixes = about and as_list(about)
            for action in actions:
                found += [(action, pattern) for pattern in prefixes or map(object_pattern, resources)]
    return found


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def object_pattern(resource: Any) -> str:
    """What follows the bucket; empty for a distribution."""
    text = str(resource)
    return "" if ":cloudfront:" in text else text.partition("/")[2]


def refused(calls: set[Call], *policies: str, **parameters: str) -> set[Call]:
    patterns = allowed(*policies, **parameters)
    return {
        (action, about)
        for action, about in calls
        if not any(each == action and fnmatch.fnmatchcase(about, pattern) for each, pattern in patterns)
    }


def test_what_editors_do_in_the_admin_needs_djangos_policy_only(calls: set[Call]) -> None:
    asset = make_asset("permissions/a.jpg")
    asset.original = ContentFile(image_file(colour="navy"), name="x")
    asset.save()
    asset.focal_x, asset.focal_y = 100, 200
    asset.save()
    Preset(name="permissions", width=300).save()
    asset.delete()
    assert {action for action, _ in calls} >= {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}
    assert refused(calls, "DjangoPolicy") == set()


def test_what_workers_do_needs_both_policies(calls: set[Call]) -> None:
    make_asset("permissions/b.jpg")
    for key in ("permissions/b.jpg", ""):
        ManifestState.choose_fallback(key)
        manifest.publish()
    with transaction.atomic():
        for action in Purge.Action:
            request_purge("permissions/b.jpg", reason="requested", action=action)
    Asset.objects.get(key="permissions/b.jpg").delete()
    for purge in Purge.objects.filter(state="queued"):
        tasks.run_purge(purge.pk)
    publication_sweep.sweep()
    assert {action for action, _ in calls} >= {"s3:ListBucket", "s3:DeleteObject", "cloudfront:CreateInvalidation"}
    assert refused(calls, "DjangoPolicy", "WorkerPolicy") == set()
    assert refused(calls, "DjangoPolicy") != set()


def test_looking_at_images_needs_the_parameter_for_that_region_and_no_more(
    calls: set[Call], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def note(model: Any, **_: Any) -> None:
        calls.update(actions_of(model.name, {}))

    make_asset("permissions/c.jpg", astronaut(), collection=analysed_collection())
    calls.clear()
    with run_rekognition() as server:
        use(server, settings, monkeypatch)
        client = rekognition._client(REGION, server.url)
        assert client.meta.region_name == REGION
        client.meta.events.register("before-call.rekognition", note)
        looking.request_analysis(Asset.objects.get().sha256)
        tasks.run_analysis(Analysis.objects.get().pk)
    assert Analysis.objects.get().state == Analysis.State.DONE
    looked = {call for call in calls if call[0].startswith("rekognition:")}
    assert {action for action, _ in looked} == {f"rekognition:{operation}" for operation in rekognition.OPERATIONS}
    both = ("DjangoPolicy", "WorkerPolicy")
    assert refused(calls, *both, AnalysisRegion=REGION) == set()
    assert refused(calls, *both, AnalysisRegion="us-east-1") == looked
    assert refused(calls, *both) == looked
    assert refused(calls, "DjangoPolicy", AnalysisRegion=REGION) >= looked
    more = set(allowed("WorkerPolicy", AnalysisRegion=REGION)) - set(allowed("WorkerPolicy"))
    assert more == looked
