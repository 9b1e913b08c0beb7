"""Connections, retries and limits of the HTTP client, seen through a store."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge.storage.aws.http import Timeouts
from edge.storage.aws.sigv4 import Credentials
from edge.storage.errors import Missing, StorageUnavailable, TooLarge
from edge.storage.objects.s3 import S3Store
from edge.storage.objects.store import PreconditionFailed
from tests.edge.storage.scripted import Script, answer, error, hang_up, truncated
from tests.services import missing

_CREDENTIALS = Credentials("id", "secret")
_AMPLE = Timeouts(connect=10, read=10)


@pytest.fixture
def scripted(script: Script) -> S3Store:
    return S3Store("images", "us-east-1", lambda: _CREDENTIALS, script.endpoint, _AMPLE)


def test_one_connection_serves_many_requests(script: Script, scripted: S3Store) -> None:
    script.steps = [answer("200 OK", b"body"), error("404 Not Found", "NoSuchKey"), answer("200 OK", b"body")]
    scripted.get("a.jpg")
    with pytest.raises(Missing):
        scripted.get("b.jpg")
    scripted.get("a.jpg")
    assert script.connections == 1


def test_a_stale_connection_is_opened_again(script: Script, scripted: S3Store) -> None:
    script.steps = [answer("200 OK", b"1"), hang_up, answer("200 OK", b"2")]
    assert scripted.get("a.jpg").body == b"1"
    assert scripted.get("a.jpg").body == b"2"
    assert script.connections == 2


def test_a_connection_closed_by_the_server_costs_no_retry(script: Script, scripted: S3Store) -> None:
    script.steps = [
        answer("200 OK", b"1", keep_alive=False),
        error("503 Slow Down", "SlowDown"),
        answer("200 OK", b"2"),
    ]
    assert scripted.get("a.jpg").body == b"1"
    script.closed.wait()
    assert scripted.get("a.jpg").body == b"2"


def test_a_fork_does_not_use_the_connection_of_its_parent(script: Script) -> None:
    program = """
import os, sys
from edge.storage.objects.s3 import S3Store
from edge.storage.objects.store import PreconditionFailed
from edge.storage.aws.sigv4 import Credentials
store = S3Store("images", "us-east-1", lambda: Credentials("id", "secret"), sys.argv[1])
assert store.get("a.jpg").body == b"parent"
child = os.fork()
if child == 0:
    os._exit(0 if store.get("a.jpg").body == b"child" else 1)
assert os.waitpid(child, 0)[1] == 0
assert store.get("a.jpg").body == b"parent again"
"""
    script.steps = [answer("200 OK", body) for body in (b"parent", b"child", b"parent again")]
    subprocess.run([sys.executable, "-c", program, script.endpoint], check=True)
    assert script.connections == 2


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Slow Down", "429 Too Many Requests"])
def test_a_temporary_failure_is_retried(script: Script, scripted: S3Store, status: str) -> None:
    script.steps = [error(status, "SlowDown"), answer("200 OK", b"body")]
    assert scripted.get("a.jpg").body == b"body"


def test_a_truncated_body_is_never_returned(script: Script, scripted: S3Store) -> None:
    for max_bytes in (None, 1000):
        script.steps = [truncated("200 OK", b"half", 8)] * 2
        with pytest.raises(StorageUnavailable):
            scripted.get("a.jpg", max_bytes)
        script.steps = [truncated("200 OK", b"half", 8), answer("200 OK", b"the whole")]
        assert scripted.get("a.jpg", max_bytes).body == b"the whole"


def test_a_body_above_the_limit_is_rejected_before_it_is_read(script: Script, scripted: S3Store) -> None:
    script.steps = [truncated("200 OK", b"", 10**12)]
    with pytest.raises(TooLarge):
        scripted.get("a.jpg", max_bytes=10)
    script.steps = [answer("200 OK", b"0123456789")]
    assert scripted.get("a.jpg", max_bytes=10).body == b"0123456789"


def test_after_a_failed_precondition_the_rest_of_the_body_is_not_the_next_response(
    script: Script, scripted: S3Store
) -> None:
    script.steps = [truncated("200 OK", b"", 10**12)]
    with pytest.raises(PreconditionFailed):
        scripted.get("a.jpg", only_if=lambda head: head.size < 10)
    script.steps = [answer("200 OK", b"0123"), error("404 Not Found", "NoSuchKey")]
    assert scripted.get("a.jpg", only_if=lambda head: head.size < 10).body == b"0123"
    with pytest.raises(Missing):
        scripted.get("a.jpg", only_if=lambda head: head.size > 10)


def test_a_body_without_a_length_is_limited_too(script: Script, scripted: S3Store) -> None:
    def chunked(connection: socket.socket) -> bool:
        head = b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\netag: "e"\r\n'
        head += b"last-modified: Mon, 02 Nov 2026 10:00:00 GMT\r\n\r\n"
        connection.sendall(head + b"5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n")
        return True

    script.steps = [chunked, chunked]
    with pytest.raises(TooLarge):
        scripted.get("a.jpg", max_bytes=9)
    assert scripted.get("a.jpg", max_bytes=10).body == b"0123456789"


def test_a_server_that_never_answers_is_unavailable(script: Script) -> None:
    hasty = Timeouts(connect=10, read=0.2)
    store = S3Store("images", "us-east-1", lambda: _CREDENTIALS, script.endpoint, hasty)
    with pytest.raises(StorageUnavailable, match="timed out"):
        store.get("a.jpg")
    assert len(script.requests) == 2


def test_a_server_that_is_down_is_unavailable_until_it_is_up(script: Script, scripted: S3Store) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        down = S3Store("images", "us-east-1", lambda: _CREDENTIALS, f"http://127.0.0.1:{port}", _AMPLE)
        with pytest.raises(StorageUnavailable, match="ConnectionRefused"):
            down.get("a.jpg")
    script.steps = [hang_up, hang_up, answer("200 OK", b"body")]
    with pytest.raises(StorageUnavailable):
        scripted.get("a.jpg")
    assert scripted.get("a.jpg").body == b"body"


def test_a_server_that_does_not_speak_http_is_unavailable(script: Script, scripted: S3Store) -> None:
    def noise(connection: socket.socket) -> bool:
        connection.sendall(b"SSH-2.0-something\r\n")
        return False

    script.steps = [noise, noise]
    with pytest.raises(StorageUnavailable):
        scripted.get("a.jpg")


def test_credentials_are_read_for_every_request_and_may_be_missing(script: Script) -> None:
    sequence = [Credentials("first", "secret"), Credentials("second", "secret", "token")]

    def credentials() -> Credentials:
        if not sequence:
            raise StorageUnavailable("no credentials")
        return sequence.pop(0)

    store = S3Store("images", "us-east-1", credentials, script.endpoint, _AMPLE)
    script.steps = [answer("200 OK", b"1"), answer("200 OK", b"2")]
    assert [store.get("a.jpg").body, store.get("a.jpg").body] == [b"1", b"2"]
    assert b"Credential=first/" in script.requests[0]
    assert b"Credential=second/" in script.requests[1]
    with pytest.raises(StorageUnavailable, match="no credentials"):
        store.get("a.jpg")


def test_many_threads_share_a_store(script: Script, scripted: S3Store) -> None:
    script.steps = [answer("200 OK", b"body")] * 200
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: scripted.get("a.jpg").body, range(200))) == {b"body"}
    assert script.connections <= 8


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key in the same file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        missing("OPENSSL", "install it (apt-get install openssl)")
    path, subject = tmp_path / "both.pem", ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *subject]
    subprocess.run([*command, "-keyout", path, "-out", tmp_path / "one.pem"], check=True, capture_output=True)
    path.write_text(path.read_text() + (tmp_path / "one.pem").read_text())
    return path


def test_https_keeps_its_connection_and_verifies_the_certificate(
    script: Script, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    script.tls = context
    endpoint = script.endpoint.replace("http:", "https:")
    untrusting = S3Store("images", "us-east-1", lambda: _CREDENTIALS, endpoint)
    with pytest.raises(StorageUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
        untrusting.get("a.jpg")
    assert script.requests == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    trusted = S3Store("images", "us-east-1", lambda: _CREDENTIALS, endpoint)
    script.connections = 0
    script.steps = [answer("200 OK", b"1"), answer("200 OK", b"2")]
    assert [trusted.get("a.jpg").body, trusted.get("a.jpg").body] == [b"1", b"2"]
    assert script.connections == 1
