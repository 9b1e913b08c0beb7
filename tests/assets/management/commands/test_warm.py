"""The command that warms: through the local CloudFront, and with a CDN that fails."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assets.management.commands import warm as warm_command
from assets.models import Asset, Preset
from infra.local.cloudfront import LocalCloudFront
from tests.assets.images import make_asset
from tests.assets.job_support import Answer, Server, configure, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def answers() -> list[Answer]:
    """What the CDN will say, one after the other; 200 when there is nothing left."""
    return []


@pytest.fixture
def server(answers: list[Answer], root: Path, settings: Any) -> Iterator[Server]:
    with serving(lambda _: answers.pop(0) if answers else (200, b"image", {})) as running:
        configure(settings, root.as_uri(), running.url)
        yield running


@pytest.fixture
def rows() -> None:
    Preset._base_manager.bulk_create([Preset(name="small", width=50), Preset(name="old", width=60, archived=True)])
    Asset._base_manager.bulk_create([Asset(key=key, original=key, version="1f2e3d4c") for key in ("a.jpg", "b.jpg")])


def warm(*options: str) -> tuple[str, str]:
    """What it prints, and its error; none with exit code 0."""
    output = StringIO()
    try:
        call_command("warm", "--rate=1000", *options, stdout=output, stderr=StringIO())
    except CommandError as error:
        return output.getvalue(), str(error)
    return output.getvalue(), ""


def test_what_was_warmed_is_stored_and_skipped_the_next_time(root: Path, settings: Any, tmp_path: Path) -> None:
    make_asset("photo.jpg")
    Preset.objects.create(name="small", width=50)
    with LocalCloudFront(store=root.as_uri(), data=tmp_path / "cdn") as cdn:
        configure(settings, root.as_uri(), cdn.url, cdn.distribution_id)
        assert warm("--all", "--dry-run") == ("3 requested, 0 were stored already.\n", "")
        assert not list(root.glob("variants/**/*.avif"))
        assert warm("--all", "--preset=small") == ("3 requested, 0 were stored already.\n", "")
        stored = {path.suffix for path in (root / "variants").rglob("p.small.*") if path.is_file()}
        assert stored >= {".avif", ".webp", ".basic"}
        assert warm("photo.jpg") == ("0 requested, 3 were stored already.\n", "")
        log = tmp_path / "log"
        log.write_text("#Fields: sc-status cs-uri-stem cs-uri-query\n200\t/photo.jpg\tw=300\n")
        assert warm("--from-log", str(log), "--json") == (
            '{"requested": 3, "already_stored": 0, "failures": {}}\n',
            "",
        )
        assert json.loads(warm("--from-log", str(log), "--json")[0])["already_stored"] == 3


@pytest.mark.usefixtures("rows")
def test_archived_presets_are_warmed_if_they_are_named(server: Server) -> None:
    assert warm("--all")[0] == "6 requested, 0 were stored already.\n"
    assert warm("--all", "--preset=old")[0] == "6 requested, 0 were stored already.\n"
    assert len(server.asked) == 12


@pytest.mark.usefixtures("rows")
def test_failures_are_counted_by_their_reason(server: Server, answers: list[Answer]) -> None:
    answers += [(404, b"", {}), (404, b"", {})]
    output, error = warm("a.jpg")
    assert output == "3 requested, 0 were stored already, 2 failed.\n"
    assert error.startswith("Requests failed: 2 × 404 Not Found. Run the same command again")


@pytest.mark.usefixtures("rows")
def test_it_stops_after_many_failures(server: Server, answers: list[Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.management.commands.warm._MAX_FAILURES", 2)
    answers += 20 * [(404, b"", {})]
    assert warm("--all")[1].startswith("Stopped after 2 failures. Requests failed: 2 × 404 Not Found.")


@pytest.mark.usefixtures("rows")
def test_a_cdn_that_cannot_be_reached_is_an_error(root: Path, settings: Any) -> None:
    configure(settings, root.as_uri(), "http://127.0.0.1:9")
    error = warm("--all")[1]
    assert "http://127.0.0.1:9 cannot be reached. Run the same command again to continue" in error


@pytest.mark.usefixtures("rows")
def test_ctrl_c_says_how_to_continue(root: Path, settings: Any) -> None:
    def interrupt(_: object) -> Answer:
        os.kill(os.getpid(), signal.SIGINT)
        return 200, b"image", {}

    with serving(interrupt) as server:
        configure(settings, root.as_uri(), server.url)
        with pytest.raises(CommandError, match=r"Interrupted after \d requested.*Run the same command again") as caught:
            call_command("warm", "--all", "--rate=5")
    assert caught.value.returncode == 130


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ((), "Name images, or use --all, or --from-log PATH: one of the three."),
        (("a.jpg", "--all"), "one of the three"),
        (("--all", "--preset=nobody"), "There is no preset nobody."),
        (("nobody.jpg", "a.jpg"), "There is no image nobody.jpg."),
        (("--from-log=/nowhere", "--preset=small"), "--preset does not go with --from-log"),
        (("--from-log=/nowhere",), "No such file or directory: '/nowhere'"),
        (("--all", "--rate=0"), "0 is not a number above 0 and up to 10000"),
    ],
)
def test_wrong_options_are_explained(options: tuple[str, ...], sentence: str) -> None:
    assert sentence in warm(*options)[1]


def test_the_command_waits_for_images_that_are_about_to_change(
    server: Server, rows: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    images = Asset._base_manager.filter(key="a.jpg")
    images.update(state=Asset.State.PUBLISHING)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if slept.count(2) == 3:
            images.update(state=Asset.State.PUBLISHED)

    monkeypatch.setattr("time.sleep", sleep)
    errors = StringIO()
    call_command("warm", "a.jpg", stdout=StringIO(), stderr=errors)
    assert slept.count(2) == 3
    assert errors.getvalue() == (
        "The images are still being published. Warming begins afterwards, in 10 minutes at the latest.\n"
    )
    assert len(server.asked) == 3


def test_the_command_waits_for_the_images_that_it_warms_only(
    server: Server, rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Asset._base_manager.filter(key="b.jpg").update(state=Asset.State.PUBLISHING)
    assert warm("a.jpg") == ("3 requested, 0 were stored already.\n", "")


def test_the_command_does_not_wait_endlessly(server: Server, rows: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_command, "LONGEST_WAIT", 0)
    Asset._base_manager.update(state=Asset.State.PUBLISHING)
    assert warm("--all") == ("6 requested, 0 were stored already.\n", "")
