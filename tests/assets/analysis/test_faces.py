"""YuNet in a process of its own, on real photographs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets import isolation
from assets.analysis import faces
from assets.analysis.picture import ReducedPicture, reduce
from assets.errors import PermanentFailure
from tests.assets.analysis.photographs import astronaut, coffee


@pytest.mark.parametrize("orientation", [1, 6, 3])
def test_a_face_is_found_where_it_is_in_the_upright_picture(orientation: int) -> None:
    seen = faces.create().look(reduce(astronaut(orientation=orientation)))
    ((left, top, width, height),) = seen.faces
    assert 330 < left < 370
    assert 90 < top < 150
    assert 150 < width < 210
    assert 190 < height < 250
    assert seen.models == {"yunet": "2023mar"}
    assert seen.reply["faces"][0]["score"] > 0.7


def test_a_photograph_without_a_face_is_no_error() -> None:
    assert faces.create().look(reduce(coffee())).faces == ()


@pytest.mark.parametrize("size", [(1, 1), (1920, 2), (7, 1920)])
def test_any_shape_can_be_looked_at(size: tuple[int, int]) -> None:
    assert faces.create().look(reduce(astronaut(size))).faces == ()


def test_what_opencv_cannot_read_is_a_failure_that_says_so() -> None:
    with pytest.raises(PermanentFailure, match="cannot decode"):
        faces.create().look(ReducedPicture(b"no jpeg", 1, 1))


def test_a_process_that_needs_too_much_memory_ends_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "_LIMITS", isolation.ProcessLimits(memory=150 << 20, seconds=30))
    with pytest.raises(PermanentFailure, match="could not be looked for"):
        faces.create().look(reduce(astronaut()))


@pytest.mark.parametrize(
    ("opencv", "reason"),
    [
        ("import os; os.kill(os.getpid(), 9)", "needs more memory or time"),
        ("import os; os.kill(os.getpid(), 11)", "makes the decoder fail"),
        ("while True: pass", "takes more than 2 s"),
        ("import time; time.sleep(60)", "takes more than 2 s"),
    ],
    ids=["killed", "crashes", "uses the CPU", "waits"],
)
def test_a_process_that_is_killed_crashes_or_does_not_end_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, opencv: str, reason: str
) -> None:
    (tmp_path / "cv2.py").write_text(opencv)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(faces, "_LIMITS", isolation.ProcessLimits(memory=3 << 30, seconds=2))
    with pytest.raises(PermanentFailure, match=f"Faces could not be looked for: .*{reason}"):
        faces.create().look(ReducedPicture(b"jpeg", 1, 1))


def test_a_process_that_cannot_be_started_is_a_failure_that_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "python", lambda: "/nowhere/python")
    with pytest.raises(PermanentFailure, match=r"could not be started: .*nowhere"):
        faces.create().look(ReducedPicture(b"jpeg", 1, 1))


def test_without_the_extra_the_failure_names_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "cv2.py").write_text("raise ImportError('broken', name='cv2')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PermanentFailure, match="cv2 is missing"):
        faces.create().look(reduce(astronaut()))
