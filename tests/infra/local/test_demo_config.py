"""The demo's configuration from the environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.local.demo_config import CannotStartError, DemoConfig
from tests.machine import ROOT


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8000.0", "٨٠٠٠"])
def test_an_invalid_port_is_named(port: str) -> None:
    with pytest.raises(CannotStartError, match=r"CDN_PORT=.* is not a port; use a number from 1 to 65535\."):
        DemoConfig.from_environment({"CDN_PORT": port})


def test_the_two_ports_must_differ() -> None:
    with pytest.raises(CannotStartError, match="PORT and CDN_PORT are both 8080"):
        DemoConfig.from_environment({"PORT": "8080"})


@pytest.mark.parametrize(
    ("environment", "store"),
    [
        ({}, "file://{}/store"),
        ({"IMAGEHUB_BUCKET": "pictures"}, "s3://pictures?region=us-east-1"),
        (
            {
                "IMAGEHUB_BUCKET": "pictures",
                "IMAGEHUB_S3_ENDPOINT": "http://127.0.0.1:9000/",
                "AWS_REGION": "eu-west-1",
            },
            "s3+http://127.0.0.1:9000/pictures?region=eu-west-1",
        ),
    ],
)
def test_the_local_cloudfront_reads_the_store_that_django_writes(
    environment: Mapping[str, str], store: str, tmp_path: Path
) -> None:
    given = {"DATA_DIR": str(tmp_path), **environment}
    code = "from imagehub.settings import IMAGEHUB; print(IMAGEHUB['STORE'])"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("IMAGEHUB_", "AWS_"))}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**clean, **given}, capture_output=True, text=True, check=True
    )
    assert [DemoConfig.from_environment(given).store, done.stdout.strip()] == [store.format(tmp_path)] * 2


def test_a_bucket_uses_the_given_credentials_and_a_directory_needs_none() -> None:
    own = {"DATA_DIR": "/data", "AWS_ACCESS_KEY_ID": "mine", "AWS_PROFILE": "mine"}
    with_bucket = DemoConfig.from_environment({**own, "IMAGEHUB_BUCKET": "b"}).environment(own)
    assert (with_bucket["AWS_ACCESS_KEY_ID"], with_bucket["AWS_PROFILE"]) == ("mine", "mine")
    without = DemoConfig.from_environment(own).environment(own)
    assert without["AWS_ACCESS_KEY_ID"] == "demo"
    assert "AWS_PROFILE" not in without


@pytest.mark.parametrize(
    ("installed", "given", "analyser"),
    [
        (True, {}, "faces"),
        (False, {}, ""),
        (True, {"IMAGEHUB_ANALYSER": ""}, ""),
        (False, {"IMAGEHUB_ANALYSER": "x"}, "x"),
    ],
)
def test_faces_are_looked_for_if_the_extra_is_installed_and_nothing_else_is_chosen(
    installed: bool, given: dict[str, str], analyser: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.local.demo_config.find_spec", lambda _name: object() if installed else None)
    assert DemoConfig.from_environment(given).environment(given)["IMAGEHUB_ANALYSER"] == analyser


def test_the_stand_in_for_rekognition_is_chosen_by_name() -> None:
    assert DemoConfig.from_environment({"REKOGNITION": "stand-in"}).stand_in
    assert not DemoConfig.from_environment({"REKOGNITION": ""}).stand_in
    with pytest.raises(CannotStartError, match="REKOGNITION=aws is not known; use stand-in, or leave it empty"):
        DemoConfig.from_environment({"REKOGNITION": "aws"})
