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
    created,
    of_type,
    only,
    with_parameters,
)


def test_only_viewer_request_and_the_rotation_may_read_the_signing_keys(raw: dict[str, Any]) -> None:
    policies = [each["Properties"] for each in of_type(raw, "AWS::IAM::Policy").values()]
    reading = [each for each in policies if "secretsmanager" in json.dumps(each["PolicyDocument"])]
    # The gateway may read another secret, that of AWS's image handler, if the operator names it.
    other = raw["Resources"]["ImageHandlerSecretPolicy"]
    assert other["Condition"] == "ReadsImageHandlerSecret"
    assert [each["Resource"] for each in other["Properties"]["PolicyDocument"]["Statement"]] == [
        {"Ref": "ImageHandlerSecretArn"}
    ]
    reading.remove(other["Properties"])
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
    permission = raw["Resources"]["RotationPermission"]["Properties"]
    assert (permission["Principal"], permission["SourceArn"]) == (
        "secretsmanager.amazonaws.com",
        {"Ref": "SigningSecret"},
    )
    assert rotation_rights(CreateSigningSecret="yes")["RotateOwnSecret"]["Resource"] == Reference("SigningSecret")


def rotation_rights(**parameters: Any) -> dict[str, dict[str, Any]]:
    statements = created(**parameters)["RotationPolicy"]["PolicyDocument"]["Statement"]
    return {each["Sid"]: each for each in statements}


def test_in_the_mode_regional_the_rotation_writes_the_key_value_store(raw: dict[str, Any]) -> None:
    assert "PublishKeys" not in rotation_rights(CreateSigningSecret="yes")
    store = Reference("KeyValueStore", "Arn")
    for given in ({"CreateSigningSecret": "yes"}, {"SigningSecretArn": "arn"}):
        rights = rotation_rights(Mode="regional", **given)
        assert rights["PublishKeys"]["Resource"] == store
        function = created(Mode="regional", **given)["RotationFunction"]
        assert function["Environment"] == {"Variables": {"KEY_VALUE_STORE": store}}
    # A secret of one's own is rotated by manage.py, and only read here.
    assert rights["ReadGivenSecret"] | {"Sid": ""} == {
        "Sid": "",
        "Effect": "Allow",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "arn",
    }
    assert "Environment" not in created(CreateSigningSecret="yes")["RotationFunction"]


def test_the_key_value_store_is_filled_before_the_function_reads_it() -> None:
    found = created(Mode="regional", CreateSigningSecret="yes")
    config = found["ViewerRequestCode"]["FunctionConfig"]
    assert config["KeyValueStoreAssociations"] == [{"KeyValueStoreARN": Reference("PublishedKeys", "KeyValueStore")}]
    assert found["PublishedKeys"]["ServiceToken"] == Reference("RotationFunction", "Arn")
    assert found["PublishedKeys"]["SecretId"] == Reference("SigningSecret")


def test_new_keys_are_published_before_signers_use_them() -> None:
    """Also those of manage.py rotate_signing_keys."""
    rule = created(Mode="regional", SigningSecretArn="arn")["PublishSchedule"]
    minutes = int(rule["ScheduleExpression"].removeprefix("rate(").removesuffix(" minutes)"))
    assert minutes * 60 <= KEEP_SECONDS
    (target,) = rule["Targets"]
    assert json.loads(target["Input"]) == {"Step": "publish", "SecretId": "arn"}


def test_without_signatures_there_is_no_key_value_store() -> None:
    found = created(Mode="regional")
    assert not found.keys() & {"KeyValueStore", "RotationFunction", "PublishSchedule", "PublishedKeys"}
    assert "KeyValueStoreAssociations" not in found["ViewerRequestCode"]["FunctionConfig"]
