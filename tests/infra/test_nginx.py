"""infra/nginx/imagehub.conf, in nginx itself, before gunicorn."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import urllib3

from tests.assets.images import image_file
from tests.deployment import Deployment
from tests.docs.editor import ACCOUNT, HOST, Editor
from tests.http_client import ask
from tests.machine import ROOT, free_ports, wait_until
from tests.services import missing

CONF = ROOT / "infra" / "nginx" / "imagehub.conf"
MEGABYTE = 1 << 20
_ACCOUNT = f"""
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser({ACCOUNT["USERNAME"]!r}, {ACCOUNT["EMAIL"]!r}, {ACCOUNT["PASSWORD"]!r})
"""


@dataclass
class Site:
    """The addresses of nginx by HTTP and HTTPS, and its certificate."""

    http: str
    https: str
    certificate: Path
    deployment: Deployment

    def client(self) -> urllib3.PoolManager:
        return urllib3.PoolManager(ca_certs=str(self.certificate), retries=False)

    def get(self, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
        given = {"Host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client().request("GET", self.https + path, headers=given, redirect=False)

    def editor(self) -> Editor:
        return Editor(self.https, {"Host": HOST}, http=self.client())


def configure(folder: Path, gunicorn: str, http: int, https: int) -> Path:
    """The file as it is, with the ports, the certificate and the name of this test."""
    replaced = {
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen 443 ssl": f"listen 127.0.0.1:{https} ssl",
        "server 127.0.0.1:8000": f"server {urlsplit(gunicorn).netloc}",
        "/etc/letsencrypt/live/admin.example.org": str(folder),
        "admin.example.org": HOST,
    }
    text = CONF.read_text()
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    user = "user root;" if os.getuid() == 0 else ""  # else its workers may not read this folder
    temporary = " ".join(f"{name}_temp_path {folder}/{name};" for name in ("proxy", "fastcgi", "uwsgi", "scgi"))
    body = f"client_body_temp_path {folder}/body; {temporary} access_log off;"
    path = folder / "nginx.conf"
    path.write_text(f"daemon off; {user} pid {folder}/pid; error_log stderr; events {{}}\nhttp {{ {body}\n{text}\n}}\n")
    return path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or missing("NGINX", "apt-get install nginx")
    folder = tmp_path_factory.mktemp("nginx")
    names = ["-subj", f"/CN={HOST}", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", f"{folder}/privkey.pem", "-out", f"{folder}/fullchain.pem"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names, *files]
    subprocess.run(command, check=True, capture_output=True)
    variables = {"HTTPS": "true", "ALLOWED_HOSTS": HOST, "CSRF_TRUSTED_ORIGINS": f"https://{HOST}"}
    deployment = Deployment(folder / "data", variables={**variables, "LOG_FORMAT": "json"})
    deployment.collect_static_files()
    deployment.django(_ACCOUNT)
    http, https = free_ports(2)
    with deployment.web() as gunicorn, (folder / "nginx.log").open("wb") as log:
        path = configure(folder, gunicorn, http, https)
        subprocess.run([nginx, "-t", "-q", "-p", folder, "-c", path], check=True)
        process = subprocess.Popen([nginx, "-p", folder, "-c", path], stderr=log)
        made = Site(f"http://127.0.0.1:{http}", f"https://127.0.0.1:{https}", folder / "fullchain.pem", deployment)
        try:
            wait_until(lambda: _answers(made), (folder / "nginx.log").read_text)
            yield made
        finally:
            process.terminate()
            process.wait()


def _answers(site: Site) -> bool:
    try:
        return site.get("/healthz").status == 200
    except urllib3.exceptions.HTTPError:
        return False


def test_http_leads_to_https_and_django_knows_that_the_connection_is_safe(site: Site) -> None:
    plain = ask(site.http, "/admin/", host=HOST, x_forwarded_proto="https")
    assert (plain.status, plain.headers["location"]) == (301, f"https://{HOST}/admin/")
    reply = site.get("/admin/login/", x_forwarded_proto="http")
    assert reply.status == 200
    assert "; Secure" in reply.headers["Set-Cookie"]
    assert reply.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_an_image_of_many_megabytes_arrives_and_a_larger_request_than_the_policys_is_refused(site: Site) -> None:
    editor = site.editor()
    editor.log_in()
    # What follows a JPEG's end is kept, and not read.
    editor.add_image("large.jpg", image_file(size=(300, 200)) + bytes(40 * MEGABYTE))
    size = site.deployment.query("select bytes from imagehub_asset")
    assert size[0] > 40 * MEGABYTE
    with pytest.raises(AssertionError, match="413"):
        editor.add_image("huge.jpg", image_file() + bytes(53 * MEGABYTE))


def test_static_files_are_compressed_and_kept_forever(site: Site) -> None:
    [path] = re.findall(r'href="(/static/admin/css/base[^"]*)"', site.get("/admin/login/").data.decode())
    reply = site.get(path, accept_encoding="gzip")
    assert reply.status == 200
    assert (reply.headers["Content-Encoding"], reply.headers["Cache-Control"]) == (
        "gzip",
        "max-age=315360000, public, immutable",
    )


def test_the_id_of_a_request_is_nginxs(site: Site) -> None:
    first, second = (site.get("/admin/login/", x_request_id="chosen-by-a-client") for _ in range(2))
    ids = {reply.headers["X-Request-ID"] for reply in (first, second)}
    assert len(ids) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in ids)


def test_health_checks_pass_and_readiness_is_for_private_addresses(site: Site) -> None:
    assert site.get("/healthz").status == 200
    assert site.get("/readyz").status in (200, 503)
    rules = re.findall(r"^ +(allow|deny) (\S+);", CONF.read_text(), re.MULTILINE)
    assert rules[-1] == ("deny", "all")
    assert "(readyz|metrics)$ {" in CONF.read_text()
