"""Settings that Secrets Manager holds, read over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from imagehub.aws_secrets import PREVIOUS, SecretLocation, read_previous, read_setting
from tests.machine import ROOT, free_ports
from tests.secrets_manager import SigningSecret


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture
def secret(secrets_manager: str) -> SigningSecret:
    return SigningSecret(secrets_manager, f"django/{uuid.uuid4().hex[:8]}")


def test_a_value_that_is_no_location_is_the_setting() -> None:
    for value in ("", "redis://host/0", "secret"):
        assert read_setting(value) == value
        assert read_previous(value) == []


def test_a_field_of_a_secret_or_the_whole_secret(secret: SigningSecret) -> None:
    text = json.dumps({"SECRET_KEY": "long", "PORT": 5432})
    secret.put(text)
    assert read_setting(secret.location + "#SECRET_KEY") == "long"
    assert read_setting(secret.location + "#PORT") == "5432"
    assert read_setting(secret.location) == text


def test_the_version_before_the_last_rotation(secret: SigningSecret) -> None:
    secret.put("first")
    assert read_previous(secret.location) == []
    secret.put("second")
    assert (read_setting(secret.location), read_previous(secret.location)) == ("second", ["first"])
    assert SecretLocation.parse(secret.location).read(PREVIOUS) == "first"


@pytest.mark.parametrize(
    "text",
    [
        "secretsmanager:",
        "secretsmanager:name",
        "secretsmanager:name?region=",
        "secretsmanager:name?region=EU West",
        "secretsmanager:name?region=eu-west-1&keep=3",
    ],
)
def test_a_location_that_is_wrong_says_how_to_write_it(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"is not the location of a secret\. Write secretsmanager:"):
        read_setting(text)


def test_a_secret_or_a_field_that_is_missing_is_named(secret: SigningSecret) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{secret.name} in us-east-1 cannot be read.*must exist"):
        read_setting(secret.location)
    secret.put("{}")
    with pytest.raises(ImproperlyConfigured, match="is not JSON with a field SECRET_KEY"):
        read_setting(secret.location + "#SECRET_KEY")
    secret.put("plain")
    with pytest.raises(ImproperlyConfigured, match="is not JSON with a field SECRET_KEY"):
        read_setting(secret.location + "#SECRET_KEY")


def test_a_service_that_does_not_answer_is_an_error_within_seconds() -> None:
    (port,) = free_ports(1)
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        read_setting(f"secretsmanager:x?region=us-east-1&endpoint=http://127.0.0.1:{port}")


def test_the_project_starts_with_its_secrets_there(secret: SigningSecret, tmp_path: Path) -> None:
    for version in ("old", "new"):
        secret.put(json.dumps({"SECRET_KEY": f"{version}-secret", "BROKER": "memory://"}))
    environment = {
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": secret.location + "#SECRET_KEY",
        "SECRET_KEY_FALLBACKS": "oldest",
        "CELERY_BROKER_URL": secret.location + "#BROKER",
    }
    assert _settings(environment) == ["new-secret", ["oldest", "old-secret"], "memory://"]


def test_the_project_needs_no_aws_without_secrets(tmp_path: Path) -> None:
    code = "import sys; from imagehub import settings; print('botocore' in sys.modules)"
    assert _run(code, {"DATA_DIR": str(tmp_path)}) == "False\n"


def _settings(environment: dict[str, str]) -> Any:
    code = "import json; from imagehub import settings as s; "
    code += "print(json.dumps([s.SECRET_KEY, s.SECRET_KEY_FALLBACKS, s.CELERY_BROKER_URL]))"
    return json.loads(_run(code, environment))


def _run(code: str, environment: dict[str, str]) -> str:
    variables = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-c", code], env=variables, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
