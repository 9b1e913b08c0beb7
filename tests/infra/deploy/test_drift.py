"""Resources that somebody changed or deleted by hand are named."""

from __future__ import annotations

from infra.deploy.aws import Aws
from tests.infra.deploy.conftest import Deployment


def test_changes_by_hand_are_named_and_say_what_to_do(deployment: Deployment) -> None:
    deployment.deployed()
    group = deployment.outputs()["LogGroupName"]
    assert deployment.run("status", "--drift") == 0, deployment.out
    assert "Nothing was changed by hand." in deployment.out
    deployment.aws._client("logs").delete_log_group(logGroupName=group)
    assert deployment.run("status", "--drift") == 3
    assert "Logs (Logs LogGroup) was deleted by hand." in deployment.out
    assert "Change these back by hand, or put what you want into infra/template.yaml" in deployment.err


def test_changes_by_hand_in_the_buckets_region_are_named_with_it(deployment: Deployment) -> None:
    group = deployment.deployed("BucketRegion=eu-west-1").outputs()["LogGroupName"]
    Aws("eu-west-1")._client("logs").delete_log_group(logGroupName=group)
    assert deployment.run("status", "--drift") == 3
    assert "Logs (Logs LogGroup) in eu-west-1 was deleted by hand." in deployment.out
