"""docs/api.md: its commands run as they stand, in a folder with an image, and print what the page says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from edge.contract.original import OriginalFacts
from edge.storage.objects.location import open_store
from tests.docs.markdown import Page
from tests.edge.originals import jpeg
from tests.machine import ROOT

PAGE = Page.read(ROOT / "docs" / "api.md")
ADDRESS = "http://127.0.0.1:8081"


def examples() -> list[tuple[str, str]]:
    """Each command under "On this machine", with what it prints; "…" stands for anything."""
    (block,) = (each for each in PAGE.section("On this machine").blocks if each.language == "console")
    parts = block.body.removeprefix("$ ").split("\n$ ")
    return [(command, printed.strip()) for command, _, printed in (part.partition("\n") for part in parts)]


def matches(printed: str, documented: str) -> bool:
    pattern = ".*".join(map(re.escape, documented.split("…")))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """With the folder's Python first, and a store that has the page's image."""
    (tmp_path / "var/objects").mkdir(parents=True)
    store = open_store((tmp_path / "var/objects").as_uri())
    facts = OriginalFacts("1f2e3d4c", (310, 420), size=(640, 480))
    body, metadata = jpeg("red", (640, 480)), facts.as_metadata()
    store.put("originals/photos/beach.jpg", body, content_type="image/jpeg", metadata=metadata)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "PWD": str(tmp_path)}


@pytest.fixture
def address(tmp_path: Path, environment: dict[str, str]) -> Iterator[str]:
    """The server, started by the page's first command on a free port."""
    command, documented = examples()[0]
    assert shlex.split(command)[:3] == ["python", "-m", "infra.local.http_api"]
    assert "--port 8081" in command
    with (tmp_path / "log.txt").open("w") as log:
        server = subprocess.Popen(
            ["/bin/bash", "-c", f"exec {command.replace('--port 8081', '--port 0')}"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        line = server.stdout.readline().strip() if server.stdout else ""
        assert line, (tmp_path / "log.txt").read_text()
        url = line.split()[3]
        assert line == documented.replace(ADDRESS, url)
        yield url
    finally:
        server.terminate()
        assert server.wait(30) == 0
        if server.stdout:
            server.stdout.close()


def test_the_commands_print_what_the_page_says(tmp_path: Path, address: str, environment: dict[str, str]) -> None:
    _, *commands = examples()
    assert len(commands) == 3
    for command, documented in commands:
        assert command.startswith("curl ")
        done = subprocess.run(
            ["/bin/bash", "-c", command.replace("curl", "curl --silent", 1).replace(ADDRESS, address)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert matches(done.stdout, documented), (command, done.stdout)
    with Image.open(tmp_path / "small.webp") as image:
        assert (image.format, image.size) == ("WEBP", (300, 225))
