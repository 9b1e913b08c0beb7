"""The project under a path of a proxy: pages, redirects, static files and health checks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

from tests.machine import free_port
from tests.services import missing

_ROOT = Path(__file__).parents[2]
_NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /images/ {{ proxy_pass http://127.0.0.1:{upstream}; proxy_set_header Host $host; }}
  }}
}}
"""


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_open = build_opener(_NoRedirect).open


@contextmanager
def process(*command: str, **environment: str) -> Iterator[None]:
    started = subprocess.Popen(command, env={**os.environ, **environment}, cwd=_ROOT, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        started.terminate()
        started.wait(10)


def get(url: str) -> tuple[int, str, str]:
    """Status, Location and body, as soon as something answers."""
    end = monotonic() + 30
    while True:
        try:
            with _open(url, timeout=10) as answer:
                return answer.status, "", answer.read().decode()
        except HTTPError as error:
            if error.code != 502 or monotonic() > end:
                return error.code, error.headers.get("Location", ""), ""
        except OSError:
            if monotonic() > end:
                raise
        sleep(0.1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of nginx before gunicorn, which has the project under /images."""
    if not (nginx := shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")):
        missing("NGINX", "install Debian's package nginx")
    folder = tmp_path_factory.mktemp("site")
    port, upstream = free_port(), free_port()
    environment = {"DATA_DIR": str(folder), "SCRIPT_NAME": "/images", "DJANGO_SETTINGS_MODULE": "imagehub.settings"}
    for arguments in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, env={**os.environ, **environment}, cwd=_ROOT, check=True)
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, port=port, upstream=upstream))
    gunicorn = [sys.executable, "-m", "gunicorn", "imagehub.wsgi", f"--bind=127.0.0.1:{upstream}"]
    with process(*gunicorn, "--no-control-socket", **environment), process(nginx, "-c", str(folder / "nginx.conf")):
        yield f"http://127.0.0.1:{port}"


def test_a_page_and_its_static_files(site: str) -> None:
    status, _, page = get(f"{site}/images/admin/login/")
    assert status == 200
    urls = re.findall(r'(?:href|src)="(/[^"]+\.(?:css|js|svg))"', page)
    assert urls
    assert all(url.startswith("/images/static/") for url in urls)
    assert {get(site + url)[0] for url in urls} == {200}


def test_a_redirect_stays_under_the_path(site: str) -> None:
    status, location, _ = get(f"{site}/images/admin/imagehub/asset/")
    assert (status, location) == (302, "/images/admin/login/?next=/images/admin/imagehub/asset/")


def test_health_checks_are_under_the_path(site: str) -> None:
    assert get(f"{site}/images/healthz")[0] == 200
    assert get(f"{site}/images/readyz")[0] == 200
