"""The demo as its users meet it: it starts, says where it is, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from PIL import Image

from infra.local.demo_config import CannotStartError, DemoConfig
from tests.e2e.running import Demo
from tests.infra.client import ask
from tests.machine import ROOT, free_port, wait_until

#: The URLs that the contract promises, and what the samples make of them.
TO_THE_LETTER = {
    "/images/photo.png?w=150&h=150": (150, 150),
    "/image.png?w=300": (300, 225),
    "/photo.jpg": (2400, 1600),
}

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def attempt(**environment: str) -> subprocess.CompletedProcess[str]:
    """A demo that is expected not to start."""
    return subprocess.run(
        [sys.executable, "-m", "infra.local.demo"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def members(session: int) -> dict[int, str]:
    """The processes of a session that have not ended, and their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, number = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(number) == session and state != "Z":
                found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data directory, so that only one test pays for a first start."""
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture
def start(data: Path) -> Iterator[Callable[[], Demo]]:
    started: list[Demo] = []

    def start() -> Demo:
        started.append(Demo(data))
        return started[-1].start()

    yield start
    for demo in started:
        demo.stop()


@linux_only
def test_it_starts_says_where_it_is_and_ends_whole_at_ctrl_c_then_finds_everything_again(
    start: Callable[[], Demo],
) -> None:
    first = start()
    admin, cdn, gallery = first.urls
    assert (admin, cdn) == (f"http://127.0.0.1:{first.port}/admin/", f"http://127.0.0.1:{first.cdn_port}")
    assert first.account
    assert first.output.count("The demo is ready") == 1
    assert f"Sign in at {admin} as editor with the password " in first.output
    with urlopen(gallery) as page:  # noqa: S310  # our own demo
        assert b"img_url" in page.read()
    for target, size in TO_THE_LETTER.items():
        picture = ask(cdn, target, accept="image/avif,image/webp,*/*")
        assert (picture.status, picture.headers["content-type"]) == (200, "image/avif")
        assert Image.open(BytesIO(picture.body), formats=["AVIF"]).size == size
    session = first.process.pid
    assert len(members(session)) >= 4
    os.killpg(session, signal.SIGINT)
    assert first.wait() == 0
    assert members(session) == {}
    assert first.account[1] not in "".join(path.read_text() for path in (first.data / "log").iterdir())

    second = start()
    assert second.account is None
    second.process.send_signal(signal.SIGTERM)
    assert second.wait() == 0
    assert members(second.process.pid) == {}
    assert "Traceback" not in first.output + second.output


@linux_only
def test_a_second_demo_on_the_same_data_is_refused_and_a_process_that_dies_ends_all_with_its_name_and_last_words(
    start: Callable[[], Demo], data: Path
) -> None:
    demo = start()
    refused = attempt(PORT=str(free_port()), CDN_PORT=str(free_port()), DATA_DIR=str(data))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"Another demo runs on {data}; end it, or set DATA_DIR to another.\n"

    session = demo.process.pid
    cdn = min(pid for pid, command in members(session).items() if "infra.local.cloudfront " in command)
    os.kill(cdn, signal.SIGKILL)
    assert demo.wait() == 1
    assert members(session) == {}
    assert f"cdn was ended by SIGKILL. The end of {data / 'log' / 'cdn.log'}:" in demo.output
    assert "listening on" in demo.output


@linux_only
def test_ctrl_c_ends_it_also_where_it_was_started_with_that_ignored(start: Callable[[], Demo]) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        demo = start()
    finally:
        signal.signal(signal.SIGINT, before)
    os.killpg(demo.process.pid, signal.SIGINT)
    assert demo.wait() == 0
    assert demo.output.splitlines()[-1].endswith("Press Ctrl-C to stop.")


@linux_only
def test_it_leaves_no_orphans_when_it_is_killed(start: Callable[[], Demo]) -> None:
    demo = start()
    session = demo.process.pid
    os.kill(session, signal.SIGKILL)
    assert demo.process.wait(5) == -signal.SIGKILL
    wait_until(lambda: members(session) == {}, lambda: members(session))


@pytest.mark.parametrize("variable", ["PORT", "CDN_PORT"])
def test_a_taken_port_is_one_clear_line_and_nothing_is_touched(variable: str, tmp_path: Path) -> None:
    ports = {"PORT": str(free_port()), "CDN_PORT": str(free_port())}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports[variable] = str(taken.getsockname()[1])
        done = attempt(**ports, DATA_DIR=str(tmp_path / "data"))
    assert (done.returncode, done.stdout) == (1, "")
    expected = f"Port {ports[variable]} cannot be had (Address already in use); set {variable} to another.\n"
    assert done.stderr == expected
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8000.0", "٨٠٠٠"])
def test_a_port_that_is_none_is_named(port: str) -> None:
    with pytest.raises(CannotStartError, match=r"CDN_PORT=.* is not a port; give a number from 1 to 65535\."):
        DemoConfig.read({"CDN_PORT": port})


def test_two_servers_cannot_share_a_port() -> None:
    with pytest.raises(CannotStartError, match="PORT and CDN_PORT are both 8080"):
        DemoConfig.read({"PORT": "8080"})


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = attempt(PORT=str(free_port()), CDN_PORT=str(free_port()), DATA_DIR=str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path / 'file' / 'data'} cannot be used (Not a directory); set DATA_DIR to another.\n"


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
def test_the_local_cloudfront_reads_the_store_that_the_admin_writes(
    environment: Mapping[str, str], store: str, tmp_path: Path
) -> None:
    given = {"DATA_DIR": str(tmp_path), **environment}
    code = "from imagehub.settings import IMAGEHUB; print(IMAGEHUB['STORE'])"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("IMAGEHUB_", "AWS_"))}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**clean, **given}, capture_output=True, text=True, check=True
    )
    assert [DemoConfig.read(given).store, done.stdout.strip()] == [store.format(tmp_path)] * 2


def test_a_bucket_keeps_its_own_credentials_and_a_directory_needs_none() -> None:
    own = {"DATA_DIR": "/data", "AWS_ACCESS_KEY_ID": "mine", "AWS_PROFILE": "mine"}
    with_bucket = DemoConfig.read({**own, "IMAGEHUB_BUCKET": "b"}).environment(own)
    assert (with_bucket["AWS_ACCESS_KEY_ID"], with_bucket["AWS_PROFILE"]) == ("mine", "mine")
    without = DemoConfig.read(own).environment(own)
    assert without["AWS_ACCESS_KEY_ID"] == "demo"
    assert "AWS_PROFILE" not in without


@linux_only
def test_grandchildren_that_will_not_end_are_made_to(tmp_path: Path) -> None:
    code = """
import pathlib, sys
from infra.local.child_processes import ProcessGroup
here = pathlib.Path(sys.argv[1])
group = ProcessGroup(here)
stubborn = 'trap "" TERM; (trap "" TERM; echo $BASHPID >> pids; sleep 100) & echo $$ >> pids; wait; sleep 100'
group.start("stubborn", ["bash", "-c", f"cd {here}; {stubborn}"], {"PATH": "/usr/bin:/bin"})
group.wait(lambda: (here / "pids").exists() and len((here / "pids").read_text().split()) == 2)
group.end(patience=0.2)
print("ended")
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=20
    )
    assert done.stdout == "ended\n"
    assert [pid for pid in (tmp_path / "pids").read_text().split() if Path("/proc", pid).exists()] == []
