"""The signing keys: created, rotated, and read by nobody else."""

from __future__ import annotations

import json
import secrets
import string
import time
from typing import Any

from edge.contract.signing import KEEP_SECONDS, KeyRing, SigningKey
from edge.storage.signing_keys.location import SigningKeySecret, parse_location
from infra.local.cloudfront.cloudformation import Reference
from tests.infra.template.resources import (
    of_type,
    only,
    with_parameters,
)


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
