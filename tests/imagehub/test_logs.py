"""What the project writes into its logs, and one purge followed from the click to CloudFront."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from imagehub.logs import hide_secrets, logging_config
from infra.local.cloudfront import LocalCloudFront
from tests.assets.images import image_file
from tests.deployment import Deployment
from tests.docs.editor import ACCOUNT, Editor
from tests.http_client import ask
from tests.machine import ROOT, wait_until

CLICK = "0a1b2c3d-click-on-purge"
_ACCOUNT = f"""
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser({ACCOUNT["USERNAME"]!r}, {ACCOUNT["EMAIL"]!r}, {ACCOUNT["PASSWORD"]!r})
"""


def lines(log: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, local_cloudfront: LocalCloudFront
) -> Iterator[tuple[Deployment, str]]:
    """Gunicorn and a worker, both with logs in JSON."""
    cdn: dict[str, Any] = {"cdn_url": local_cloudfront.url, "distribution_id": local_cloudfront.distribution_id}
    deployment = Deployment(tmp_path_factory.mktemp("logs"), **cdn, variables={"LOG_FORMAT": "json"})
    deployment.collect_static_files()
    deployment.django(_ACCOUNT)
    with deployment.web() as url, deployment.worker():
        yield deployment, url


def test_one_id_leads_from_the_click_to_the_invalidation(site: tuple[Deployment, str]) -> None:
    deployment, url = site
    editor = Editor(url)
    editor.log_in()
    editor.add_image("beach.jpg", image_file(size=(300, 200)))
    asset = str(deployment.query("select id from imagehub_asset")[0])
    editor.headers["X-Request-ID"] = CLICK
    chosen = {"action": "purge_selected", "_selected_action": asset, "post": "yes"}
    editor.post("/admin/imagehub/asset/", chosen)
    purge = "select state, invalidation_id, request_id from imagehub_bulkpurge"
    wait_until(lambda: deployment.query(purge)[0] == "done", deployment.worker_log)
    state, invalidation, request = deployment.query(purge)
    assert (state, request) == ("done", CLICK)

    web = [line for line in lines(deployment.web_log()) if line.get("request_id") == CLICK]
    assert ("POST", "/admin/imagehub/asset/", 302) in [(line["method"], line["path"], line["status"]) for line in web]

    worker = [line for line in lines(deployment.worker_log()) if line.get("request_id") == CLICK]
    asked = next(line for line in worker if "invalidation_id" in line)
    assert asked["invalidation_id"] == invalidation
    assert asked["reference"].startswith("imagehub-bulk-purge-1-")
    assert asked["task"] == "assets.tasks.run_bulk_purge"
    ended = next(line for line in worker if line.get("job") == "bulkpurge")
    assert (ended["job_id"], ended["state"], ended["level"]) == (1, "done", "info")
    assert {"timestamp", "level", "logger", "message"} <= ended.keys()


def test_the_response_and_the_page_of_the_job_show_the_id(site: tuple[Deployment, str]) -> None:
    deployment, url = site
    assert ask(url, "/admin/login/", x_request_id="from-a-proxy-1").headers["x-request-id"] == "from-a-proxy-1"
    editor = Editor(url)
    editor.log_in()
    deployment.django("BulkPurge.objects.create(pk=99, request_id='shown-on-the-page')")
    assert "shown-on-the-page" in editor.get("/admin/imagehub/bulkpurge/99/change/")


def test_no_log_has_a_user_name_an_address_a_password_or_a_parameter(site: tuple[Deployment, str]) -> None:
    deployment, url = site
    failed = Editor(url).post("/admin/login/", {"username": "somebody@example.org", "password": "wrong-password"})
    assert "Please enter the correct" in failed
    editor = Editor(url)
    editor.log_in()
    ask(url, "/nowhere/?s=k1.c2lnbmF0dXJl&email=somebody@example.org", x_forwarded_for="203.0.113.77")
    wait_until(lambda: "/nowhere/" in deployment.web_log())
    text = deployment.web_log() + deployment.worker_log()
    for secret in ("somebody", "wrong-password", ACCOUNT["PASSWORD"], "c2lnbmF0dXJl", "203.0.113.77", "csrfmiddleware"):
        assert secret not in text
    assert ACCOUNT["USERNAME"] not in {word for line in lines(text) for word in str(line).split()}


def test_celery_and_gunicorn_write_json_too(site: tuple[Deployment, str]) -> None:
    deployment, _ = site
    assert any(line["logger"].startswith("celery") for line in lines(deployment.worker_log()))
    assert any(line["logger"] == "gunicorn.error" for line in lines(deployment.web_log()))
    assert all(line.startswith("{") for line in deployment.web_log().splitlines())


def printed(form: str, code: str) -> str:
    """What a process with this format writes to stderr."""
    imports = "import logging; from logging.config import dictConfig; from imagehub.logs import logging_config"
    start = f"{imports}; dictConfig(logging_config({form!r}, 'INFO')); log = logging.getLogger('assets.x')"
    command = [sys.executable, "-c", f"{start}\n{code}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr


FAILING = """
try:
    raise RuntimeError("https://user:hunter2@broker.example/ https://cdn.example/a.jpg?w=301&s=k1.c2lnbmF0dXJl")
except RuntimeError:
    log.exception("A job failed", extra={"job_id": 7, "api_token": "hunter2"})
"""


def test_a_traceback_is_one_line_of_json_without_the_secrets_in_it() -> None:
    line = json.loads(printed("json", FAILING))
    assert (line["message"], line["level"], line["job_id"], line["api_token"]) == ("A job failed", "error", 7, "…")
    assert "RuntimeError: https://user:…@broker.example/ https://cdn.example/a.jpg?w=301&s=…" in line["exception"]


def test_the_console_is_for_people() -> None:
    text = printed("console", FAILING)
    assert "A job failed" in text
    assert "Traceback" in text
    assert "hunter2" not in text
    assert "job_id=7" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("redis://:hunter2@host/0", "redis://:…@host/0"),
        ("/a.jpg?e=1&s=k1.abc", "/a.jpg?e=1&s=…"),
        ("PUT /b?X-Amz-Signature=ab12&X-Amz-Credential=x/y", "PUT /b?X-Amz-Signature=…&X-Amz-Credential=…"),
        ("the key AKIAIOSFODNN7EXAMPLE is", "the key AKIA… is"),
        ("https://cdn.example/a.jpg?w=300&v=1f2e3d4c", "https://cdn.example/a.jpg?w=300&v=1f2e3d4c"),
        ("variants/a.jpg/1f2e3d4c.00000000/w300.webp", "variants/a.jpg/1f2e3d4c.00000000/w300.webp"),
    ],
)
def test_secrets_in_texts_are_hidden_and_the_rest_is_kept(text: str, shown: str) -> None:
    line = {"event": text, "password": "x", "n": 1}
    assert hide_secrets(None, "info", line) == {"event": shown, "password": "…", "n": 1}


@pytest.mark.parametrize(("form", "level", "name"), [("xml", "INFO", "LOG_FORMAT"), ("json", "LOUD", "LOG_LEVEL")])
def test_a_wrong_value_is_explained(form: str, level: str, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^{name} is '{form if name == 'LOG_FORMAT' else level}'"):
        logging_config(form, level)


def test_levels_are_those_of_the_standard_library() -> None:
    config = logging_config("json", "DEBUG")
    assert config["loggers"]["assets"]["level"] == logging.getLevelName(logging.DEBUG)
