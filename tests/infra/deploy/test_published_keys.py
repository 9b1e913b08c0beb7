"""The stack's secret in the mode regional: its keys are in the KeyValueStore before CloudFront reads them.

ministack runs the function that rotates them with its own Python, which lacks boto3, so it gets this one's packages.
Without them it would wait for the custom resource's answer until ServiceTimeout. botocore puts the account before the
host of the KeyValueStore, so requests go through a proxy. ministack does not check their signature; the tests of
infra/functions do.
"""

from __future__ import annotations

import json
import string
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.deploy.aws import Aws
from tests.infra.deploy.conftest import Deployment
from tests.infra.deploy.proxy import run_proxy
from tests.key_value_store import ENDPOINT

ENTRY = "signing-keys"
SIGNED = ("Mode=regional", "CreateSigningSecret=yes")


@pytest.fixture
def proxy(ministack: str) -> Iterator[str]:
    with run_proxy(ministack) as address:
        yield address


def let_the_function_run(template: Path, proxy: str, packages: str) -> None:
    variables = {
        "PYTHONPATH": packages,
        "KEY_VALUE_STORE_ENDPOINT": ENDPOINT,
        "HTTP_PROXY": proxy,
        "NO_PROXY": "127.0.0.1,localhost",
    }
    line, letters = (
        "            KEY_VALUE_STORE: !GetAtt KeyValueStore.Arn\n",
        "ExcludeCharacters: ghijklmnopqrstuvwxyz",
    )
    text = template.read_text()
    assert line in text
    assert letters in text
    added = "".join(f"            {name}: {json.dumps(value)}\n" for name, value in variables.items())
    # ministack knows ExcludeCharacters only, but neither ExcludeUppercase nor ExcludePunctuation.
    others = string.ascii_lowercase[6:] + string.ascii_uppercase + string.punctuation
    text = text.replace(line, line + added).replace(letters, f"ExcludeCharacters: {json.dumps(others)}")
    template.write_text(text.replace("ServiceTimeout: 120", "ServiceTimeout: 60"))


def published(stack: str, proxy: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The entry that the CloudFront Function reads."""
    found = Aws().cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    ids = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}
    stores = Aws().cloudfront.list_key_value_stores()["KeyValueStoreList"]["Items"]
    [arn] = [each["ARN"] for each in stores if ids["KeyValueStore"] in (each["Name"], each["Id"], each["ARN"])]
    with monkeypatch.context() as patched:
        patched.setenv("HTTP_PROXY", proxy)
        client = boto3.client("cloudfront-keyvaluestore", endpoint_url=ENDPOINT, region_name="us-east-1")
        entry: dict[str, Any] = json.loads(client.get_key(KvsARN=arn, Key=ENTRY)["Value"])
    return entry


def current_key(stack: str) -> dict[str, Any]:
    secrets = boto3.client("secretsmanager", region_name="us-east-1")
    key: dict[str, Any] = json.loads(secrets.get_secret_value(SecretId=f"{stack}/signing-keys")["SecretString"])
    return key


def test_a_new_stack_publishes_its_first_key_and_is_removed(
    deployment: Deployment, regional_packages: Path, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_the_function_run(deployment.template, proxy, sysconfig.get_path("purelib"))
    assert deployment.deploy_from(regional_packages, *SIGNED) == 0, deployment.err
    entry = published(deployment.stack, proxy, monkeypatch)
    assert entry == {"current": current_key(deployment.stack), "previous": None}
    assert deployment.run("destroy") == 0, deployment.err


def test_a_stack_that_signs_already_publishes_its_key_when_its_mode_changes(
    deployment: Deployment, regional_packages: Path, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_the_function_run(deployment.template, proxy, sysconfig.get_path("purelib"))
    key = current_key(deployment.deployed("CreateSigningSecret=yes").stack)
    assert deployment.deploy_from(regional_packages, "Mode=regional") == 0, deployment.err
    assert published(deployment.stack, proxy, monkeypatch) == {"current": key, "previous": None}


def test_keys_that_cannot_be_published_undo_the_stack(
    deployment: Deployment, regional_packages: Path, proxy: str
) -> None:
    """Nobody listens at this proxy."""
    let_the_function_run(deployment.template, "http://127.0.0.1:9", sysconfig.get_path("purelib"))
    assert deployment.deploy_from(regional_packages, *SIGNED) == 1
    assert "PublishedKeys (SigningKeys) could not be created: ProxyConnectionError" in deployment.err
