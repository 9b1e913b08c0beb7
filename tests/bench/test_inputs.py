"""What is measured with, and by whom."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.bench.inputs import InputFiles, cut_out
from tests.bench.peers import OURS
from tests.bench.photographs import Photograph, mosaic, of_size, photographs
from tests.bench.race import race
from tests.bench.score import Scorer, score
from tests.bench.worker import Done, EngineFailed, Worker


def _noise(size: tuple[int, int], seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8))


def _photos(folder: Path, *sizes: tuple[int, int]) -> list[Photograph]:
    for number, size in enumerate(sizes):
        _noise(size, number).save(folder / f"{number}.png")
    return photographs(folder)


def test_the_photographs_that_come_along_are_there() -> None:
    assert [photo.name for photo in photographs(None)] == ["astronaut", "chelsea", "coffee", "rocket", "retina"]
    assert all(photo.path.is_file() for photo in photographs(None))


def test_a_folder_is_named_by_sizes_alone(tmp_path: Path) -> None:
    assert [photo.name for photo in _photos(tmp_path, (30, 20), (10, 40))] == ["30×20", "10×40"]


def test_an_empty_folder_is_an_error_that_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="JPEG, PNG, WebP or AVIF"):
        photographs(tmp_path)


def test_the_photograph_of_the_very_size_is_taken_as_it_is(tmp_path: Path) -> None:
    photos = _photos(tmp_path, (90, 60), (30, 20), (60, 40))
    assert np.array_equal(np.asarray(of_size(photos, (30, 20))), np.asarray(photos[1].pixels()))


def test_a_dozen_pieces_keep_their_own_pixels() -> None:
    picture = _noise((50, 30))
    sheet = np.asarray(mosaic([picture], (200, 90)))
    pieces = {sheet[top : top + 30, left : left + 50].tobytes() for top in (0, 30, 60) for left in (0, 50, 100, 150)}
    pixels = np.asarray(picture)
    assert pieces == {pixels.tobytes(), pixels[:, ::-1].tobytes()}


def test_a_sheet_that_a_dozen_do_not_fill_enlarges_them_and_is_the_same_each_time() -> None:
    plain = Image.new("RGB", (40, 30), (128, 128, 128))
    sheet = np.asarray(mosaic([plain], (480, 270))).astype(float)
    assert abs(sheet.mean() - 128) < 0.1
    assert 2.5 < sheet.std() < 3.5
    assert np.array_equal(sheet, np.asarray(mosaic([plain], (480, 270))))


def test_a_cut_out_is_opaque_in_the_middle_and_nothing_in_the_corner() -> None:
    pixels = np.asarray(cut_out(Image.new("RGB", (60, 40), "red")))
    assert tuple(pixels[20, 30]) == (255, 0, 0, 255)
    assert tuple(pixels[0, 0]) == (0, 0, 0, 0)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "PNG alpha", "WebP", "AVIF"])
def test_an_input_is_what_it_is_called(tmp_path: Path, kind: str) -> None:
    input_files = InputFiles(tmp_path / "made", _photos(tmp_path, (40, 30)))
    made = input_files.make(kind, "tiny", (32, 24))
    with Image.open(made.path) as image:
        assert image.size == (32, 24)
        assert image.format == kind.split()[0].upper()
        assert image.has_transparency_data == made.alpha


def test_a_file_of_the_exact_size_and_kind_is_not_made_again(tmp_path: Path) -> None:
    photos = _photos(tmp_path, (40, 30))
    input_files = InputFiles(tmp_path / "made", photos)
    assert input_files.exactly("PNG", (40, 30)).path == photos[0].path
    assert input_files.exactly("PNG alpha", (40, 30)).path != photos[0].path


def test_the_score_is_a_hundred_for_the_same_and_less_the_worse_it_gets(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("same.png", "fine.jpg", "rough.jpg")]
    picture = photographs(None)[2].pixels().crop((100, 100, 260, 260))
    for path, quality in zip(paths, (0, 90, 20), strict=True):
        picture.save(path, quality=quality)
    same, fine, rough = (score(paths[0], path) for path in paths)
    assert same == 100
    assert 100 > fine > rough + 20


def test_a_score_sees_transparency(tmp_path: Path) -> None:
    opaque, cut = tmp_path / "opaque.png", tmp_path / "cut.png"
    picture = photographs(None)[2].pixels().crop((0, 0, 160, 160))
    cut_out(picture).save(cut)
    picture.save(opaque)
    assert score(cut, cut) == 100
    assert score(cut, opaque) < 50


def test_a_small_picture_is_judged_on_every_scale(tmp_path: Path) -> None:
    large, small = tmp_path / "large.png", tmp_path / "small.png"
    rough_large, rough_small = tmp_path / "large.jpg", tmp_path / "small.jpg"
    part = photographs(None)[1].pixels().crop((160, 90, 288, 218))
    for path, rough, size in ((small, rough_small, 128), (large, rough_large, 256)):
        whole = Image.fromarray(np.pad(np.asarray(part), ((0, size - 128), (0, size - 128), (0, 0)), "symmetric"))
        whole.save(path)
        whole.save(rough, quality=50, subsampling=0)
    assert abs(score(small, rough_small) - score(large, rough_large)) < 2


def test_the_same_bytes_are_judged_once_and_in_their_order(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("same.png", "rough.jpg", "again.jpg")]
    for path in paths:
        photographs(None)[2].pixels().crop((0, 0, 64, 64)).save(path, quality=20)
    with Scorer(tmp_path / "scores") as scorer:
        same, rough, again = scorer.scores((paths[0], path) for path in paths)
        assert len(list((tmp_path / "scores").iterdir())) == 2
        assert scorer.scores([(paths[0], paths[1])]) == [rough]
    assert same == 100 > rough == again


class _Engine:
    def __init__(self, name: str, times: Sequence[float], order: list[str]) -> None:
        self._name, self._times, self._order = name, iter(times), order

    def __call__(self) -> Done:
        self._order.append(self._name)
        return Done(next(self._times), 1)


def test_engines_run_in_turn_another_first_each_round_and_the_median_stands() -> None:
    order: list[str] = []
    laps = race({"a": _Engine("a", [300, 7, 1, 3, 9, 2], order), "b": _Engine("b", [290, *[5] * 5], order)})
    assert order == ["a", "b", "a", "b", "b", "a", "a", "b", "b", "a", "a", "b"]
    assert (laps["a"].ms, laps["b"].ms) == (3, 5)


def test_of_very_slow_engines_the_first_round_counts_too() -> None:
    laps = race({"a": _Engine("a", [2500, 1500], []), "b": _Engine("b", [100, 200], [])})
    assert (laps["a"].ms, laps["b"].ms) == (2000, 150)


def test_of_slow_engines_it_does_not() -> None:
    laps = race({"a": _Engine("a", [1000, 500, 300, 400], []), "b": _Engine("b", [100, 200, 300, 400], [])})
    assert (laps["a"].ms, laps["b"].ms) == (400, 300)


def test_a_peer_that_fails_drops_out_and_our_own_failure_is_told() -> None:
    def fail() -> Done:
        raise EngineFailed("no such format")

    assert race({"a": fail, "b": _Engine("b", [1] * 30, [])}).keys() == {"b"}
    with pytest.raises(EngineFailed, match="no such format"):
        race({OURS: fail})


def test_our_worker_answers_with_a_picture_and_says_what_went_wrong(tmp_path: Path) -> None:
    source, out = tmp_path / "source.png", tmp_path / "out.raw"
    _noise((64, 48)).save(source)
    worker = Worker([sys.executable, "-m", "tests.bench.engines.ours"])
    try:
        done = worker.ask("resize", input=source, width=32, out=out)
        assert (done.size, done.bands, out.stat().st_size) == ((32, 24), 3, 32 * 24 * 3)
        with pytest.raises(EngineFailed, match="FileNotFoundError"):
            worker.ask("resize", input=tmp_path / "none", width=32)
        assert worker.ask("job", input=source, width=16, format="webp").size == (16, 12)
    finally:
        worker.close()
