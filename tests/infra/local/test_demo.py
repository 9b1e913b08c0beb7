"""The demo as a user runs it: it starts, prints its addresses, and leaves no process behind."""

from __future__ import annotations

import html
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from PIL import Image

from assets.face_detector import find_faces
from tests.e2e.running import Demo
from tests.http_client import ask
from tests.machine import ROOT, free_port, wait_until
from tests.slow_clients import half_sent_requests

pytestmark = pytest.mark.long

#: URLs that must work exactly as written, and the sizes of the samples' variants.
PROMISED_URLS = {
    "/images/photo.png?w=150&h=150": (150, 150),
    "/image.png?w=300": (300, 225),
    "/photo.jpg": (2400, 1600),
}

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def run_demo(**environment: str) -> subprocess.CompletedProcess[str]:
    """Run a demo that is expected not to start."""
    return subprocess.run(
        [sys.executable, "-m", "infra.local.demo"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def session_processes(session: int) -> dict[int, str]:
    """Return the running processes of a session, with their command lines."""
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
    """One data directory for all tests, since the first start takes the longest."""
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
def test_it_starts_stops_at_ctrl_c_and_starts_again_with_its_data(
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
    for target, size in PROMISED_URLS.items():
        picture = ask(cdn, target, accept="image/avif,image/webp,*/*")
        assert (picture.status, picture.headers["content-type"]) == (200, "image/avif")
        assert Image.open(BytesIO(picture.body), formats=["AVIF"]).size == size
    _check_faces(gallery)
    session = first.process.pid
    assert len(session_processes(session)) >= 4
    assert _readable_by_others(first.data) == {}
    os.killpg(session, signal.SIGINT)
    assert first.wait() == 0
    assert session_processes(session) == {}
    assert first.account[1] not in "".join(path.read_text() for path in (first.data / "log").iterdir())

    second = start()
    assert second.account is None
    second.process.send_signal(signal.SIGTERM)
    assert second.wait() == 0
    assert session_processes(second.process.pid) == {}
    assert "Traceback" not in first.output + second.output


def _check_faces(gallery: str) -> None:
    """A worker finds the face of the photograph, and the edge crops around it."""
    page = ""

    def has_crops() -> bool:
        nonlocal page
        page = _tour_of_the_astronaut(gallery)
        return "All faces" in page

    wait_until(has_crops, seconds=60)
    urls = {gravity: _crop(page, f"w=600&h=200&g={gravity}&s=") for gravity in ("center", "faces")}
    pictures = {gravity: find_faces(ask(*url, accept="image/jpeg").body)["faces"] for gravity, url in urls.items()}
    assert [len(pictures["center"]), len(pictures["faces"])] == [0, 1]


def _tour_of_the_astronaut(gallery: str) -> str:
    with urlopen(f"{gallery}?image=people/astronaut.png") as reply:  # noqa: S310  # our own demo
        return html.unescape(reply.read().decode())


def _crop(page: str, query: str) -> tuple[str, str]:
    """The server and the target of the crop with that query."""
    found = re.search(rf'src="(http://[^/]+)(/people/astronaut\.png\?{re.escape(query)}[^"]+)"', page)
    assert found
    return found[1], found[2]


def _readable_by_others(data: Path) -> dict[str, str]:
    """The modes of files that are not for their owner alone. Static files may be, below a folder that is."""
    paths = [data, *(path for path in data.rglob("*") if data / "static" not in path.parents)]
    return {str(path): oct(path.stat().st_mode) for path in paths if path.stat().st_mode & 0o077}


@linux_only
def test_a_stand_in_for_rekognition_looks_at_images_instead(tmp_path: Path) -> None:
    demo = Demo(tmp_path / "data", {"REKOGNITION": "stand-in"}).start()
    try:
        wait_until(lambda: "SUMMER SALE · NASA" in _tour_of_the_astronaut(demo.urls[2]), seconds=60)
        assert "AWS was not asked" in _tour_of_the_astronaut(demo.urls[2])
    finally:
        assert demo.stop() == 0
    assert session_processes(demo.process.pid) == {}
    assert "rekognition: " not in demo.output, "it warned"


@linux_only
def test_half_sent_requests_do_not_stop_the_admin(start: Callable[[], Demo]) -> None:
    demo = start()
    with half_sent_requests("127.0.0.1", demo.port, 8), urlopen(demo.urls[0], timeout=30) as page:  # noqa: S310  # ours
        assert page.status == 200


@linux_only
def test_a_second_demo_is_refused_and_a_dead_process_stops_the_demo_with_a_report(
    start: Callable[[], Demo], data: Path
) -> None:
    demo = start()
    refused = run_demo(PORT=str(free_port()), CDN_PORT=str(free_port()), DATA_DIR=str(data))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"Another demo uses {data}; stop it, or set DATA_DIR to another directory.\n"

    session = demo.process.pid
    cdn = min(pid for pid, command in session_processes(session).items() if "infra.local.cloudfront " in command)
    os.kill(cdn, signal.SIGKILL)
    assert demo.wait() == 1
    assert session_processes(session) == {}
    assert f"cdn was ended by SIGKILL. The end of {data / 'log' / 'cdn.log'}:" in demo.output
    assert "listening on" in demo.output


@linux_only
def test_ctrl_c_stops_a_demo_that_was_started_with_sigint_ignored(start: Callable[[], Demo]) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        demo = start()
    finally:
        signal.signal(signal.SIGINT, before)
    os.killpg(demo.process.pid, signal.SIGINT)
    assert demo.wait() == 0
    assert demo.output.splitlines()[-1].endswith("Press Ctrl-C to stop.")


@linux_only
def test_a_killed_demo_leaves_no_processes(start: Callable[[], Demo]) -> None:
    demo = start()
    session = demo.process.pid
    os.kill(session, signal.SIGKILL)
    assert demo.process.wait(5) == -signal.SIGKILL
    wait_until(lambda: session_processes(session) == {}, lambda: session_processes(session))


@pytest.mark.parametrize("variable", ["PORT", "CDN_PORT"])
def test_a_port_in_use_is_one_clear_line_and_creates_nothing(variable: str, tmp_path: Path) -> None:
    ports = {"PORT": str(free_port()), "CDN_PORT": str(free_port())}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports[variable] = str(taken.getsockname()[1])
        done = run_demo(**ports, DATA_DIR=str(tmp_path / "data"))
    assert (done.returncode, done.stdout) == (1, "")
    expected = f"Port {ports[variable]} cannot be used (Address already in use); set {variable} to another port.\n"
    assert done.stderr == expected
    assert not (tmp_path / "data").exists()


def test_a_data_directory_that_cannot_be_created_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run_demo(PORT=str(free_port()), CDN_PORT=str(free_port()), DATA_DIR=str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert (
        done.stderr
        == f"{tmp_path / 'file' / 'data'} cannot be used (Not a directory); set DATA_DIR to another directory.\n"
    )
