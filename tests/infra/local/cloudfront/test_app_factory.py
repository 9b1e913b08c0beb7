"""The application and its runners, as the distribution configures them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.cloudfront import LocalCloudFront
from infra.local.cloudfront.app_factory import ServerSettings, build_app, build_runners
from infra.local.cloudfront.distribution import Distribution
from infra.local.cloudfront.distribution_loader import load_distribution
from infra.local.cloudfront.function_runner import InProcessRunner
from infra.local.cloudfront.javascript import JavaScriptRunner
from infra.local.cloudfront.worker_pool import WorkerPool
from tests.http_client import ask
from tests.infra.local.cloudfront.stub_site import REGIONAL, TEMPLATE


def settings(template: Path) -> ServerSettings:
    return ServerSettings(template, "file:///nowhere", Path("nowhere"))


def test_viewer_request_runs_in_process_and_origin_response_in_workers() -> None:
    runners = build_runners(settings(TEMPLATE), load_distribution(TEMPLATE))
    kinds = {function.name: type(runner) for function, runner in runners.items()}
    assert kinds == {"ViewerRequest": InProcessRunner, "OriginResponse": WorkerPool}


def test_behaviours_with_the_same_functions_share_their_runners() -> None:
    distribution = load_distribution(TEMPLATE)
    *_, default = distribution.behaviours
    both = Distribution((replace(default, pattern="/a/*"), default))
    assert len(build_runners(settings(TEMPLATE), both)) == 2


def test_a_cloudfront_function_runs_as_javascript_and_the_gateway_in_workers() -> None:
    runners = build_runners(settings(REGIONAL), load_distribution(REGIONAL))
    kinds = {function.name: type(runner) for function, runner in runners.items()}
    assert kinds == {"Function": JavaScriptRunner, "Gateway": WorkerPool}


def test_the_default_mode_needs_no_javascript_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The demo's: it starts without njs and Node."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with LocalCloudFront(store=tmp_path.as_uri(), data=tmp_path / "data") as cdn:
        assert ask(cdn.url, "/none.jpg?w=300").status == 404


def test_the_data_directory_is_created(tmp_path: Path) -> None:
    new = ServerSettings(TEMPLATE, tmp_path.as_uri(), tmp_path / "new" / "data")
    distribution = load_distribution(TEMPLATE)
    build_app(new, distribution, build_runners(new, distribution))
    assert (tmp_path / "new" / "data" / "cache").is_dir()
