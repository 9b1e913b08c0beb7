"""Uploads at a real gunicorn: other requests are answered meanwhile, and a decoder that dies costs nothing typed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from django.utils.crypto import get_random_string

from tests.assets.decoder_processes import large_png, signal_decoder
from tests.assets.images import image_file
from tests.http_client import Reply, ask
from tests.machine import ROOT, free_port, wait_until

_ADD, _LIST = "/admin/imagehub/asset/add/", "/admin/imagehub/asset/"
#: Prints the session of a new superuser.
_LOG_IN = """
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
user = get_user_model().objects.create_superuser("editor")
session = SessionStore()
session.update({"_auth_user_id": user.pk, "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
                "_auth_user_hash": user.get_session_auth_hash()})
session.create()
print(session.session_key)
"""


@dataclass(frozen=True)
class Site:
    """A running gunicorn of one worker with four threads, and an editor's cookies."""

    url: str
    pid: int
    session: str
    csrf: str

    def get(self, path: str) -> Reply:
        return ask(self.url, path, cookie=self._cookie)

    def upload(self, name: str, body: bytes, title: str) -> Reply:
        fields = {"csrfmiddlewaretoken": self.csrf, "key": "", "title": title, "alt_text": "An image"}
        boundary = get_random_string(20)
        parts = [f'name="{field}"\r\n\r\n{value}\r\n'.encode() for field, value in fields.items()]
        parts.append(f'name="original"; filename="{name}"\r\n\r\n'.encode() + body + b"\r\n")
        separator = f"--{boundary}\r\nContent-Disposition: form-data; ".encode()
        payload = b"".join(separator + part for part in parts) + f"--{boundary}--\r\n".encode()
        content_type = f"multipart/form-data; boundary={boundary}"
        return ask(self.url, _ADD, "POST", payload, cookie=self._cookie, content_type=content_type)

    @property
    def _cookie(self) -> str:
        return f"sessionid={self.session}; csrftoken={self.csrf}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    port = free_port()
    environment = {**os.environ, "DATA_DIR": str(tmp_path_factory.mktemp("site"))}
    environment |= {"DJANGO_SETTINGS_MODULE": "imagehub.settings"}
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    logged_in = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", _LOG_IN],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    command = [sys.executable, "-m", "gunicorn", "imagehub.wsgi", f"--bind=127.0.0.1:{port}", "--threads=4"]
    with subprocess.Popen([*command, "--no-control-socket"], cwd=ROOT, env=environment) as gunicorn:
        site = Site(f"http://127.0.0.1:{port}", gunicorn.pid, logged_in.stdout.strip(), "c" * 32)
        wait_until(lambda: _answers(site))
        yield site
        gunicorn.terminate()


def _answers(site: Site) -> bool:
    try:
        return site.get("/healthz").status == 200
    except OSError:
        return False


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def _start(pool: ThreadPoolExecutor, site: Site, name: str, then: signal.Signals) -> tuple[Future[Reply], int]:
    """An upload whose decoder has got the signal ``then``, and that decoder's process id."""
    upload = pool.submit(site.upload, name, large_png(), "Typed by the editor")
    return upload, signal_decoder(then, site.pid)


def test_other_requests_are_answered_while_an_upload_is_examined(site: Site, pool: ThreadPoolExecutor) -> None:
    upload, decoder = _start(pool, site, "slow.png", signal.SIGSTOP)
    try:
        assert site.get(_LIST).status == 200
        assert site.upload("quick.jpg", image_file(), "").status == 302
        assert not upload.done()
    finally:
        os.kill(decoder, signal.SIGCONT)
    assert upload.result().status == 302
    page = site.get(_LIST).body.decode()
    assert page.index("slow.png") < page.index("quick.jpg"), "the newest is first"


@pytest.mark.parametrize("name", [signal.SIGKILL, signal.SIGSEGV])
def test_the_form_keeps_its_fields_if_the_decoder_dies(
    site: Site, pool: ThreadPoolExecutor, name: signal.Signals
) -> None:
    upload, _ = _start(pool, site, "dying.png", name)
    reply = upload.result()
    page = reply.body.decode()
    assert reply.status == 200
    assert "Typed by the editor" in page
    assert ("Make it smaller." if name is signal.SIGKILL else "The file makes the decoder fail.") in page
    assert "dying.png" not in site.get(_LIST).body.decode()
