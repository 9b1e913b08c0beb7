"""A file of environment variables, as processes with Django's settings read it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.deploy.env_file import settings_of, write_env
from tests.docs.markdown import Page, code_words
from tests.machine import ROOT

_NAMES = ("AWS_REGION", "BUCKET", "IMAGEHUB", "ALLOWED_HOSTS", "DATABASES", "HTTPS")
_OUTPUTS = {"BucketName": "example-images", "DomainName": "images.example.org", "DistributionId": "E2EXAMPLE"}


def start(data: Path, file: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Import the settings in a process with nothing else in its environment, and print some of them."""
    code = f"from imagehub import settings as s; import json; print(json.dumps({{n: getattr(s, n) for n in {_NAMES}}}))"
    own = {"PATH": os.environ["PATH"], "DATA_DIR": str(data), "IMAGEHUB_ENV_FILE": str(file)}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env={**own, **environment}, capture_output=True, text=True, check=False)


def read(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    assert done.returncode == 0, done.stderr
    values: dict[str, object] = json.loads(done.stdout)
    return values


def test_django_reads_what_a_deployment_writes(tmp_path: Path) -> None:
    file = tmp_path / "stack.env"
    write_env(file, settings_of(_OUTPUTS))
    values = read(start(tmp_path / "data", file))
    assert values["BUCKET"] == "example-images"
    own = values["IMAGEHUB"]
    assert isinstance(own, dict)
    assert own["CDN_URL"] == "https://images.example.org"
    assert own["STORE"] == f"s3://example-images?region={values['AWS_REGION']}"
    assert own["DISTRIBUTION_ID"] == "E2EXAMPLE"


def test_a_variable_of_the_process_counts_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "stack.env"
    write_env(file, settings_of(_OUTPUTS))
    values = read(start(tmp_path / "data", file, IMAGEHUB_BUCKET="other-images"))
    assert (values["BUCKET"], values["IMAGEHUB"]["CDN_URL"]) == ("other-images", "https://images.example.org")  # type: ignore[index]  # JSON


def test_comments_quotes_and_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "own.env"
    file.write_text("\ufeffIMAGEHUB_BUCKET=a-bucket\n\n# comment\nexport ALLOWED_HOSTS='a.example,b.example'\n")
    values = read(start(tmp_path / "data", file))
    assert (values["BUCKET"], values["ALLOWED_HOSTS"]) == ("a-bucket", ["a.example", "b.example"])


def test_a_file_that_is_missing_or_not_text_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(b"\x89PNG")
    for path, reason in ((tmp_path / "none", "No such file"), (tmp_path, "directory"), (tmp_path / "image", "decode")):
        done = start(tmp_path / "data", path)
        assert done.returncode == 1
        last = done.stderr.splitlines()[-1]
        assert f"IMAGEHUB_ENV_FILE names {path}, which cannot be read" in last
        assert reason in last


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_file_of_another_user_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "secret.env"
    file.write_text("SECRET_KEY=x\n")
    file.chmod(0o600)
    become = "from imagehub.env_file import load_env_file; import os; os.setgid(65534); os.setuid(65534)"
    command = [sys.executable, "-c", f"{become}; load_env_file({str(file)!r})"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "which cannot be read: [Errno 13] Permission denied" in done.stderr.splitlines()[-1]


def test_a_line_that_is_no_assignment_is_named_but_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "own.env"
    file.write_text("IMAGEHUB_BUCKET=a-bucket\nSECRET_KEY: hunter2\n")
    done = start(tmp_path / "data", file)
    assert f"Line 2 of {file} is not NAME=value" in done.stderr
    assert "hunter2" not in done.stderr


def test_all_examples_of_the_documentation_start_the_project(tmp_path: Path) -> None:
    """With real folders; secrets are in AWS, so those two have a value of their own."""
    rows = Page.read(ROOT / "docs" / "settings.md").table("Environment of the demo project")
    examples = {code_words(row[0])[0]: code_words(row[3])[0] for row in rows}
    file = tmp_path / "all.env"
    kept = {name: value for name, value in examples.items() if name != "IMAGEHUB_ENV_FILE"}
    write_env(file, kept)
    values = read(start(tmp_path / "data", file, STATIC_ROOT=str(tmp_path / "static"), SECRET_KEY="x" * 50))
    assert values["HTTPS"] is True
    assert values["ALLOWED_HOSTS"] == examples["ALLOWED_HOSTS"].split(",")
