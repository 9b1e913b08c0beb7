"""The log lines."""

from __future__ import annotations

import pytest

from infra.local.cloudfront import log
from tests.infra.local.cloudfront.stub_site import StubSite


def test_each_request_is_one_log_line(site: StubSite) -> None:
    site.get("/logged.txt?make=x")
    line = next(line for line in site.cdn.log.splitlines() if "logged.txt" in line)
    assert line.startswith(
        'cloudfront method=GET uri="/logged.txt?make=x" status=200 x-cache="Miss from cloudfront" ms='
    )


def test_a_line_break_in_a_url_does_not_start_a_new_line(capsys: pytest.CaptureFixture[str]) -> None:
    log.request("GET", "/a\nb", 200, "-", 0.0015)
    assert capsys.readouterr().err == 'cloudfront method=GET uri="/a\\nb" status=200 x-cache="-" ms=1.5\n'
