"""Changes that fail, explained by their events."""

from __future__ import annotations

from tests.infra.deploy.conftest import Deployment


def test_a_failed_update_is_undone_and_explained(deployment: Deployment) -> None:
    before = deployment.deployed().outputs()
    text = deployment.template.read_text().replace("S3Key: !Ref ViewerRequestKey", "S3Key: absent.zip")
    deployment.template.write_text(text)
    assert deployment.deploy() == 1
    assert "The stack was not changed" in deployment.err
    assert "ViewerRequestFunction (Lambda Function) could not be changed: " in deployment.err
    assert "absent.zip" in deployment.err
    assert deployment.describe()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert deployment.outputs() == before
    deployment.template.write_text(text.replace("S3Key: absent.zip", "S3Key: !Ref ViewerRequestKey"))
    assert deployment.deploy("LogLevel=WARN") == 0, deployment.err


def test_a_failed_creation_leaves_no_stack_and_no_name_that_the_next_one_needs(deployment: Deployment) -> None:
    text = deployment.template.read_text()
    named = [f"BucketName={deployment.stack}-images", "CreateSigningSecret=yes"]
    deployment.add_failure(after="[Bucket, SigningSecret]")
    assert deployment.deploy(*named) == 1
    assert "The stack was not created" in deployment.err
    assert "Broken (CloudFormation WaitCondition) could not be created: " in deployment.err
    assert f"{deployment.stack}/signing-keys" not in deployment.err
    assert f"{deployment.stack}-images" not in deployment.err
    assert not deployment.env_file.exists()
    deployment.template.write_text(text)
    assert deployment.deploy(*named) == 0, deployment.err
    assert "takes it over" not in deployment.out
