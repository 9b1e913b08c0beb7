"""What S3 and the network between may do to us."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from edge.storage.aws.http import Timeouts
from edge.storage.aws.sigv4 import Credentials
from edge.storage.errors import Denied, Missing, PreconditionFailed, StorageUnavailable, TooLarge
from edge.storage.objects.rules import etag_of
from edge.storage.objects.s3 import S3Store, bucket_address
from tests.edge.storage.scripted import Script, answer, cut, error, hang_up
from tests.s3server import S3Server

_CREDENTIALS = Credentials("id", "secret")
_AMPLE = Timeouts(connect=10, read=10)


@pytest.fixture
def scripted(script: Script) -> S3Store:
    return S3Store("pictures", "us-east-1", lambda: _CREDENTIALS, script.endpoint, _AMPLE)


def _put(store: S3Store, *, only_if_absent: bool = False) -> str | None:
    return store.put("a.jpg", b"body", content_type="image/jpeg", only_if_absent=only_if_absent)


def test_the_answers_date_is_the_stores_clock(script: Script, scripted: S3Store) -> None:
    script.steps = [answer("200 OK", b"body", content_type="image/jpeg")]
    head = scripted.get("a.jpg").head
    assert head.last_modified == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert head.now == datetime(2026, 11, 2, 11, tzinfo=UTC)


def test_one_connection_serves_many_requests(script: Script, scripted: S3Store) -> None:
    script.steps = [answer("200 OK", b"body"), error("404 Not Found", "NoSuchKey"), answer("200 OK", b"body")]
    scripted.get("a.jpg")
    with pytest.raises(Missing):
        scripted.get("b.jpg")
    scripted.get("a.jpg")
    assert script.connections == 1


def test_a_connection_that_went_stale_is_opened_again(script: Script, scripted: S3Store) -> None:
    script.steps = [answer("200 OK", b"1"), hang_up, answer("200 OK", b"2")]
    assert scripted.get("a.jpg").body == b"1"
    assert scripted.get("a.jpg").body == b"2"
    assert script.connections == 2


def test_a_connection_that_was_closed_in_silence_costs_no_try(script: Script, scripted: S3Store) -> None:
    script.steps = [answer("200 OK", b"1", goes_on=False), error("503 Slow Down", "SlowDown"), answer("200 OK", b"2")]
    assert scripted.get("a.jpg").body == b"1"
    script.closed.wait()
    assert scripted.get("a.jpg").body == b"2"


def test_a_fork_does_not_share_its_parents_connection(script: Script) -> None:
    program = """
import os, sys
from edge.storage.objects.s3 import S3Store
from edge.storage.aws.sigv4 import Credentials
store = S3Store("pictures", "us-east-1", lambda: Credentials("id", "secret"), sys.argv[1])
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
def test_a_fault_that_passes_is_not_seen(script: Script, scripted: S3Store, status: str) -> None:
    script.steps = [error(status, "SlowDown"), answer("200 OK", b"body")]
    assert scripted.get("a.jpg").body == b"body"


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Slow Down", "429 Too Many Requests"])
def test_a_fault_that_stays_is_a_store_that_is_away_and_not_a_missing_object(
    script: Script, scripted: S3Store, status: str
) -> None:
    for ask in (scripted.get, scripted.head, scripted.delete, _put_key(scripted), _list_prefix(scripted)):
        script.steps = [error(status, "SlowDown")] * 2
        with pytest.raises(StorageUnavailable):
            ask("a.jpg")


def _put_key(store: S3Store) -> Callable[[str], object]:
    return lambda key: store.put(key, b"body", content_type="image/jpeg")


def _list_prefix(store: S3Store) -> Callable[[str], object]:
    return lambda prefix: list(store.list(prefix))


@pytest.mark.parametrize("status", ["400 Bad Request", "403 Forbidden"])
@pytest.mark.parametrize(
    "code", ["InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "ExpiredToken", "NoSuchBucket"]
)
def test_a_refusal_of_us_is_not_a_missing_object(script: Script, scripted: S3Store, status: str, code: str) -> None:
    script.steps = [error(status, code)] * 3
    for ask in (scripted.get, scripted.delete, _put_key(scripted)):
        with pytest.raises(StorageUnavailable, match=code):
            ask("a.jpg")


def test_who_may_not_list_is_told_access_denied_of_what_is_missing(script: Script, scripted: S3Store) -> None:
    script.steps = [error("403 Forbidden", "AccessDenied"), answer("403 Forbidden")]
    for ask in (scripted.get, scripted.head):
        with pytest.raises(Denied):
            ask("a.jpg")


def test_access_denied_to_a_write_is_a_refusal(script: Script, scripted: S3Store) -> None:
    script.steps = [error("403 Forbidden", "AccessDenied")] * 2
    for ask in (scripted.delete, _put_key(scripted)):
        with pytest.raises(StorageUnavailable, match="AccessDenied"):
            ask("a.jpg")


def test_a_body_that_is_cut_is_never_a_short_picture(script: Script, scripted: S3Store) -> None:
    for max_bytes in (None, 1000):
        script.steps = [cut("200 OK", b"half", 8)] * 2
        with pytest.raises(StorageUnavailable):
            scripted.get("a.jpg", max_bytes)
        script.steps = [cut("200 OK", b"half", 8), answer("200 OK", b"the whole")]
        assert scripted.get("a.jpg", max_bytes).body == b"the whole"


def test_too_large_is_known_before_the_body_comes(script: Script, scripted: S3Store) -> None:
    script.steps = [cut("200 OK", b"", 10**12)]
    with pytest.raises(TooLarge):
        scripted.get("a.jpg", max_bytes=10)
    script.steps = [answer("200 OK", b"0123456789")]
    assert scripted.get("a.jpg", max_bytes=10).body == b"0123456789"


def test_what_is_not_wanted_is_not_read_and_its_rest_is_no_other_answer(script: Script, scripted: S3Store) -> None:
    script.steps = [cut("200 OK", b"", 10**12)]
    with pytest.raises(PreconditionFailed):
        scripted.get("a.jpg", only_if=lambda head: head.size < 10)
    script.steps = [answer("200 OK", b"0123"), error("404 Not Found", "NoSuchKey")]
    assert scripted.get("a.jpg", only_if=lambda head: head.size < 10).body == b"0123"
    with pytest.raises(Missing):
        scripted.get("a.jpg", only_if=lambda head: head.size > 10)


def test_too_large_is_known_where_no_length_is_promised(script: Script, scripted: S3Store) -> None:
    def chunked(connection: socket.socket) -> bool:
        head = b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\netag: "e"\r\n'
        head += b"last-modified: Mon, 02 Nov 2026 10:00:00 GMT\r\n\r\n"
        connection.sendall(head + b"5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n")
        return True

    script.steps = [chunked, chunked]
    with pytest.raises(TooLarge):
        scripted.get("a.jpg", max_bytes=9)
    assert scripted.get("a.jpg", max_bytes=10).body == b"0123456789"


def test_a_server_that_never_answers_is_away(script: Script) -> None:
    hasty = Timeouts(connect=10, read=0.2)
    store = S3Store("pictures", "us-east-1", lambda: _CREDENTIALS, script.endpoint, hasty)
    with pytest.raises(StorageUnavailable, match="timed out"):
        store.get("a.jpg")
    assert len(script.requests) == 2


def test_a_server_that_is_down_is_away_and_well_again_when_it_is_up(script: Script, scripted: S3Store) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        down = S3Store("pictures", "us-east-1", lambda: _CREDENTIALS, f"http://127.0.0.1:{port}", _AMPLE)
        with pytest.raises(StorageUnavailable, match="ConnectionRefused"):
            down.get("a.jpg")
    script.steps = [hang_up, hang_up, answer("200 OK", b"body")]
    with pytest.raises(StorageUnavailable):
        scripted.get("a.jpg")
    assert scripted.get("a.jpg").body == b"body"


def test_what_is_not_http_is_a_store_that_is_away(script: Script, scripted: S3Store) -> None:
    def noise(connection: socket.socket) -> bool:
        connection.sendall(b"SSH-2.0-something\r\n")
        return False

    script.steps = [noise, noise]
    with pytest.raises(StorageUnavailable):
        scripted.get("a.jpg")


@pytest.mark.parametrize("status", ["412 Precondition Failed", "409 Conflict"])
def test_if_absent_loses_where_another_was_first(script: Script, scripted: S3Store, status: str) -> None:
    script.steps = [error(status, "PreconditionFailed")]
    assert _put(scripted, only_if_absent=True) is None
    assert b"if-none-match: *\r\n" in script.requests[0]


def test_if_absent_knows_its_own_object_when_the_first_answer_was_lost(script: Script, scripted: S3Store) -> None:
    lost = [hang_up, error("412 Precondition Failed", "PreconditionFailed")]
    script.steps = [*lost, answer("200 OK", etag=etag_of(b"body"))]
    assert _put(scripted, only_if_absent=True) == etag_of(b"body")
    script.steps = [*lost, answer("200 OK", etag=etag_of(b"other"))]
    assert _put(scripted, only_if_absent=True) is None
    script.steps = [*lost, answer("404 Not Found")]
    assert _put(scripted, only_if_absent=True) is None


def test_a_listing_goes_through_all_its_pages_and_decodes_keys_once(script: Script, scripted: S3Store) -> None:
    page = "<ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>{}</ListBucketResult>"
    first = page.format(
        "<EncodingType>url</EncodingType><NextContinuationToken>a+/=</NextContinuationToken>"
        "<Contents><Key>p/a+b%2Bc%2520.jpg</Key></Contents>"
    )
    last = page.format("<Contents><Key>p/100%25+.jpg</Key></Contents>")
    script.steps = [answer("200 OK", first.encode()), answer("200 OK", last.encode())]
    assert list(scripted.list("p/")) == ["p/a b+c%20.jpg", "p/100%25+.jpg"]
    assert script.requests[1].startswith(
        b"GET /pictures/?continuation-token=a%2B%2F%3D&encoding-type=url&list-type=2&prefix=p%2F HTTP/1.1\r\n"
    )


def test_a_listing_that_is_no_xml_is_a_store_that_is_away(script: Script, scripted: S3Store) -> None:
    script.steps = [answer("200 OK", b"<html><p>Welcome")]
    with pytest.raises(StorageUnavailable):
        list(scripted.list(""))


def test_credentials_are_asked_for_at_every_request_and_may_be_missing(script: Script) -> None:
    given = [Credentials("first", "secret"), Credentials("second", "secret", "token")]

    def credentials() -> Credentials:
        if not given:
            raise StorageUnavailable("no credentials")
        return given.pop(0)

    store = S3Store("pictures", "us-east-1", credentials, script.endpoint, _AMPLE)
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


@pytest.mark.s3
def test_a_real_server_refuses_a_wrong_secret_and_an_unknown_id(s3_server: S3Server) -> None:
    good = s3_server.credentials
    for credentials in (replace(good, secret_key="wrong"), replace(good, access_key="nobody")):
        store = S3Store(s3_server.bucket, s3_server.region, partial(replace, credentials), s3_server.endpoint)
        for ask in (store.get, store.delete, _put_key(store), _list_prefix(store)):
            with pytest.raises(StorageUnavailable, match="403"):
                ask("a.jpg")


@pytest.mark.s3
def test_a_bucket_that_is_not_there_is_a_store_that_is_away(s3_server: S3Server) -> None:
    store = S3Store("elsewhere", s3_server.region, lambda: s3_server.credentials, s3_server.endpoint)
    for ask in (store.get, _list_prefix(store)):
        with pytest.raises(StorageUnavailable, match="NoSuchBucket"):
            ask("a.jpg")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key in the same file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("a certificate takes openssl")
    path, subject = tmp_path / "both.pem", ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *subject]
    subprocess.run([*command, "-keyout", path, "-out", tmp_path / "one.pem"], check=True, capture_output=True)
    path.write_text(path.read_text() + (tmp_path / "one.pem").read_text())
    return path


def test_https_keeps_its_connection_and_trusts_no_stranger(
    script: Script, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    script.tls = context
    endpoint = script.endpoint.replace("http:", "https:")
    stranger = S3Store("pictures", "us-east-1", lambda: _CREDENTIALS, endpoint)
    with pytest.raises(StorageUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
        stranger.get("a.jpg")
    assert script.requests == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    trusted = S3Store("pictures", "us-east-1", lambda: _CREDENTIALS, endpoint)
    script.connections = 0
    script.steps = [answer("200 OK", b"1"), answer("200 OK", b"2")]
    assert [trusted.get("a.jpg").body, trusted.get("a.jpg").body] == [b"1", b"2"]
    assert script.connections == 1


def test_a_bucket_of_aws_is_a_host_of_its_own_unless_its_name_has_a_dot() -> None:
    assert bucket_address("pictures", "eu-west-1") == ("https://pictures.s3.eu-west-1.amazonaws.com", "/")
    assert bucket_address("my.pictures", "eu-west-1") == ("https://s3.eu-west-1.amazonaws.com", "/my.pictures/")
    assert bucket_address("pictures", "x", "http://127.0.0.1:1") == ("http://127.0.0.1:1", "/pictures/")
