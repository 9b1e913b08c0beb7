"""Executes docs/setup.md: a wheel in an empty environment, a new project, and an image on its page."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import urllib3
from PIL import Image

from tests.docs.editor import ACCOUNT, HOST, TIMEOUT, Editor
from tests.docs.markdown import Page
from tests.docs.tutorial import Tutorial
from tests.machine import ROOT, free_ports, wait_until
from tests.redis_server import redis_broker
from tests.s3server import run_s3_server
from tests.services import missing, postgresql
from tests.slow_clients import half_sent_requests

PAGE = Page.read(ROOT / "docs" / "setup.md")
SETTING_UP = ("Install", "Create a project", "Settings", "Celery", "A page with an image", "Check and migrate")
ON_ONE_MACHINE = ("Run it",)
IN_PRODUCTION = ("PostgreSQL, Redis and S3",)
BEHIND_NGINX = ("nginx",)
NOTHING_TO_EXECUTE = ("Add an image", "CloudFront")

pytestmark = [pytest.mark.s3, pytest.mark.services, pytest.mark.long]


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tutorial]:
    """The page, executed up to the first `migrate`."""
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / "bin").mkdir()
    (folder / "bin" / "python3").symlink_to(Path(sys._base_executable).resolve())  # type: ignore[attr-defined]  # not in typeshed
    kept = {name: value for name, value in os.environ.items() if name.startswith(("HOME", "PIP_", "SSL_", "REQUESTS_"))}
    environment = {
        **kept,
        **{f"DJANGO_SUPERUSER_{name}": value for name, value in ACCOUNT.items()},
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "PIP_CONSTRAINT": str(_tested_versions(folder / "constraints.txt")),
        "PYTHONUNBUFFERED": "1",
    }
    web, cdn, gunicorn = free_ports(3)
    tutorial = Tutorial(PAGE, folder, environment)
    tutorial.replace(
        {
            "git clone <repository> imagehub": f"ln -s '{ROOT}' imagehub",
            "createsuperuser": "createsuperuser --noinput",
            "runserver 8000": f"runserver {web}",
            "127.0.0.1:8000": f"127.0.0.1:{web}",
            "--port 8080": f"--port {cdn}",
            "127.0.0.1:8080": f"127.0.0.1:{cdn}",
            "127.0.0.1:8001": f"127.0.0.1:{gunicorn}",
        }
    )
    tutorial.execute(*SETTING_UP)
    with tutorial.running():
        yield tutorial


def _tested_versions(path: Path) -> Path:
    """Writes the versions that the other tests run with as pip's constraints, which may not name extras."""
    files = ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt", "constraints.txt")
    lines = "\n".join((ROOT / name).read_text() for name in files)
    pins = re.findall(r"^([\w.-]+)(?:\[.*?\])?(==\S+)", lines, re.MULTILINE)
    path.write_text("".join(f"{name}{version}\n" for name, version in pins))
    return path


@pytest.fixture(scope="module")
def production(tutorial: Tutorial, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tutorial]:
    """The same project with PostgreSQL, Redis and S3; images are served by the local CloudFront."""
    with (
        postgresql() as database,
        redis_broker() as broker,
        run_s3_server(tmp_path_factory.mktemp("s3")) as s3,
        tutorial.running(),
    ):
        cdn = tutorial.substitute("http://127.0.0.1:8080")
        tutorial.replace(
            {
                **_database(database),
                "redis://127.0.0.1:6379/0": broker,
                "s3://example-images?region=eu-west-1": s3.location,
                '"example-images", "region_name": "eu-west-1"': (
                    f'"{s3.bucket}", "region_name": "{s3.region}", "endpoint_url": "{s3.endpoint}"'
                ),
                "https://images.example.org": cdn,
                '"E2EXAMPLE"': f'"ELOCAL00000000", "CLOUDFRONT_ENDPOINT": "{cdn}"',
                "AWS_ACCESS_KEY_ID=change-me": f"AWS_ACCESS_KEY_ID={s3.credentials.access_key}",
                "AWS_SECRET_ACCESS_KEY=change-me": f"AWS_SECRET_ACCESS_KEY={s3.credentials.secret_key}",
                "file://$PWD/var/images": s3.location,
            }
        )
        tutorial.execute(*IN_PRODUCTION)
        tutorial.execute_terminal("Run it", "cloudfront")
        yield tutorial


def _database(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    host, port = unquote(parts.hostname or ""), parts.port or 5432
    return {
        '"HOST": "127.0.0.1"': f'"HOST": "{host}", "PORT": {port}',
        '"NAME": "mysite"': f'"NAME": "{parts.path[1:]}"',
        '"USER": "mysite"': f'"USER": "{parts.username}"',
        "DATABASE_PASSWORD=change-me": f"DATABASE_PASSWORD={parts.password or ''}",
    }


def test_every_section_is_executed_or_listed_as_prose() -> None:
    executed = [*SETTING_UP, *ON_ONE_MACHINE, *IN_PRODUCTION, *BEHIND_NGINX]
    assert sorted(PAGE.sections) == sorted([*executed, *NOTHING_TO_EXECUTE])
    for heading in NOTHING_TO_EXECUTE:
        assert all("manual" in block.options for block in PAGE.section(heading).blocks), heading


def test_manual_commands_are_those_that_need_root_or_aws() -> None:
    manual = [block.body for block in PAGE.blocks if "manual" in block.options]
    commands = [line[2:].split()[0] for body in manual for line in body.splitlines() if line.startswith("$ ")]
    assert set(commands) <= {"sudo", "aws", "make", "cd"}


def test_an_editor_puts_an_image_on_a_page_on_one_machine(tutorial: Tutorial) -> None:
    assert "/site-packages/" in tutorial.run('python -c "import assets; print(assets.__file__)"')
    with tutorial.running():
        tutorial.execute(*ON_ONE_MACHINE)
        _edit(tutorial, Editor(tutorial.substitute("http://127.0.0.1:8000")), "local.jpg")


def test_an_editor_puts_an_image_on_a_page_in_production(production: Tutorial) -> None:
    proxied = {"Host": HOST, "X-Forwarded-Proto": "https"}
    _edit(production, Editor(production.substitute("http://127.0.0.1:8001"), proxied), "production.jpg")


def test_half_sent_requests_do_not_stop_the_admin(production: Tutorial) -> None:
    site = production.substitute("http://127.0.0.1:8001")
    proxied = {"Host": HOST, "X-Forwarded-Proto": "https"}
    with half_sent_requests("127.0.0.1", urlsplit(site).port or 0, 8):
        assert "Log in" in Editor(site, proxied).get("/admin/login/")


def test_nginx_serves_the_admin_and_its_static_files(production: Tutorial, tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or missing("NGINX", "apt-get install nginx")
    [port] = free_ports(1)
    project = Path(production.run("pwd").strip())
    production.replace(
        {
            "443 ssl": f"127.0.0.1:{port} ssl",
            "/etc/letsencrypt/live/www.example.org": str(tmp_path),
            "/srv/mysite": str(project),
        }
    )
    names = f"-subj /CN={HOST} -addext subjectAltName=IP:127.0.0.1"
    files = f"-keyout {tmp_path}/privkey.pem -out {tmp_path}/fullchain.pem"
    production.run(f"openssl req -x509 -newkey rsa:2048 -nodes {names} {files}")
    production.execute(*BEHIND_NGINX)
    user = "user root;" if os.getuid() == 0 else ""  # else its workers may not read this folder
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; {user} pid {tmp_path}/pid; error_log stderr; events {{}}\n"
        f"http {{ include /etc/nginx/mime.types; access_log off; include {project}/mysite.nginx; }}\n"
    )
    with production.running():
        production.open_terminal("nginx", [f"{nginx} -p {tmp_path} -c {tmp_path}/nginx.conf"])
        trusting = urllib3.PoolManager(ca_certs=str(tmp_path / "fullchain.pem"), retries=False)
        editor = Editor(f"https://127.0.0.1:{port}", {"Host": HOST}, http=trusting)
        wait_until(lambda: _answers(editor), lambda: production.terminals["nginx"].output)
        # More than gunicorn has threads: nginx keeps incomplete requests to itself.
        with half_sent_requests("127.0.0.1", port, 100, str(tmp_path / "fullchain.pem")):
            editor.log_in()
        [style] = re.findall(r'href="(/static/admin/css/base[^"]*)"', editor.get("/admin/"))
        assert "body" in editor.get(style)


def _answers(editor: Editor) -> bool:
    try:
        return "Log in" in editor.get("/admin/login/")
    except urllib3.exceptions.HTTPError:
        return False


def _edit(project: Tutorial, editor: Editor, name: str) -> None:
    """Add an image, see it on the page, replace it, and see the new one there and under the URL without a version."""
    editor.log_in()
    editor.add_image(name, _photo("red"))
    first = editor.image_url()
    unversioned = first.split("?")[0] + "?w=300"
    assert _fetch(editor, first) == ((300, 200), "red")
    assert _fetch(editor, unversioned) == ((300, 200), "red")

    editor.replace_image(_photo("blue"))
    second = editor.image_url()
    assert second != first
    assert _fetch(editor, second) == ((300, 200), "blue")
    wait_until(lambda: set(_purge_states(project)) == {"done"}, lambda: _purge_states(project), 60)
    assert _fetch(editor, unversioned) == ((300, 200), "blue")


def _purge_states(project: Tutorial) -> list[str]:
    """The states of all purges, as the project's database has them."""
    code = "from assets.models import Purge; print('states', *Purge.objects.values_list('state', flat=True))"
    [*_, line] = project.run(f'python manage.py shell --verbosity 0 -c "{code}"').splitlines()
    return line.split()[1:]


def _photo(colour: str) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (600, 400), colour).save(output, "jpeg")
    return output.getvalue()


def _fetch(editor: Editor, url: str) -> tuple[tuple[int, int], str]:
    """The size and the colour of the image at ``url``."""
    reply = editor.http.request("GET", url, headers={"Accept": "image/webp,*/*"}, timeout=TIMEOUT)
    assert (reply.status, reply.headers["Content-Type"]) == (200, "image/webp"), reply.data
    image = Image.open(io.BytesIO(reply.data)).convert("RGB")
    red, _, blue = image.getpixel((150, 100))  # type: ignore[misc]  # a tuple for RGB
    return image.size, "red" if red > blue else "blue"
