"""Crops around faces: what they keep, their time at the edge, and what looking for faces costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from statistics import median

from edge.contract.policy import load_policy
from edge.contract.recipe import MAX_FACES, make_recipe
from edge.contract.values import Face
from edge.image import render
from tests.bench import crops
from tests.bench.bench import Bench
from tests.bench.crops import SHAPES, Cropper, Crops
from tests.bench.peers import SHARP
from tests.bench.pictures import twelve_megapixels
from tests.bench.portraits import Portrait, portraits
from tests.bench.project import project
from tests.bench.report import Findings, Table, Verdict, human
from tests.bench.timing import cpu_in_turn, cpu_seconds

_CROPS = ("crop", "every face", "the largest face", *SHAPES)
_TIMES = ("12 MP JPEG → 300 × 300 WebP", "time", "with faces", "without")
_LOOKS = ("12 MP JPEG", "an upload", "1,000 uploads", "price of 1,000")
_WIDTHS = (44, 13, 18, 10, 10, 10, 10, 10)
#: Two equal renders differ by so much on a busy machine.
_NOISE = 0.05


def run(bench: Bench) -> Findings:
    with project():
        return _kept(bench) + _edge(bench) + _looking(bench)


def _kept(bench: Bench) -> Findings:
    photographs = portraits(bench.folder / "portraits", print)
    found = {each.name: _found(each) for each in photographs}
    rows = bench.say_each(_CROPS, _WIDTHS, _measured(bench, photographs, found))
    note = _note(photographs, sum(map(len, found.values())))
    return Findings([Table("Crops that keep faces", note, _CROPS, [row.cells() for row in rows])])


def _found(portrait: Portrait) -> tuple[Face, ...]:
    """What the analyser finds, as after an upload."""
    from assets.analysis import faces, picture

    return faces.create().look(picture.reduce(portrait.body)).faces


def _measured(bench: Bench, photographs: Sequence[Portrait], found: Mapping[str, tuple[Face, ...]]) -> Iterator[Crops]:
    with bench.peers.all([SHARP]) as started:
        sharps = {
            f"sharp, {position}": crops.sharps(started[SHARP], position, bench.scratch_folder)
            for position in ("entropy", "attention")
            if SHARP in started
        }
        true = {each.name: each.faces for each in photographs}
        ways: dict[str, Cropper] = {
            "centre": crops.ours("center"),
            **sharps,
            "ours, `g=auto`": crops.ours("auto"),
            "ours, `g=face`": crops.ours("face", found),
            "ours, `g=faces`": crops.ours("faces", found),
            "ours, `g=faces`, with faces marked by eye": crops.ours("faces", true),
        }
        for name, cropper in ways.items():
            yield crops.measured(name, cropper, photographs)


def _note(photographs: Sequence[Portrait], found: int) -> str:
    packages = {each.package: each.licence for each in photographs}
    sources = ", ".join(f"{name} ({licence})" for name, licence in packages.items())
    marked = sum(len(each.faces) for each in photographs)
    return (
        f"{len(photographs)} photographs with {marked} faces, which were marked by eye; the analyser `faces` finds "
        f"{found}. Each is cropped to five shapes. A crop keeps a face if {crops.KEPT:.0%} of it is inside. The "
        f"columns of single shapes are about every face. The photographs come with packages: {sources}. Few packages "
        "have any, so this shows how ways to crop differ, not how well faces are found in yours."
    )


def _edge(bench: Bench) -> Findings:
    """The time of a crop around faces, beside the same crop without them."""
    one, many = [(300, 200, 150, 200)], [(30 * index, 20 * index, 20, 20) for index in range(MAX_FACES)]
    focal = {"gravity": "focal"}
    pairs = {
        "`g=face`, one face": (_crop({"gravity": "face"}, one), _crop(focal)),
        f"`g=faces`, {MAX_FACES} faces": (_crop({"gravity": "faces"}, many), _crop(focal)),
        "`g=face`, none found, so `auto`": (_crop({"gravity": "face"}), _crop({"gravity": "auto"})),
    }
    rounds = 5 if bench.quick else 41
    bench.say(_TIMES, _WIDTHS[: len(_TIMES)])
    rows, verdicts = [], []
    for name, (ours, without) in pairs.items():
        with_faces, plain, times = cpu_in_turn(ours, without, rounds)
        rows.append((name, f"×{times:.2f}", human(with_faces * 1000), human(plain * 1000)))
        bench.say(rows[-1], _WIDTHS[: len(_TIMES)])
        verdicts.append(Verdict(f"{name}: time", "×0.95 to ×1.05", f"×{times:.2f}", abs(times - 1) <= _NOISE))
    note = (
        "Faces are found at upload, and the edge reads them with the original's other metadata, so a crop around them "
        "takes the time of one around the focal point. Renders in turn, decoded and encoded, without storage; times "
        "on one core."
    )
    return Findings([Table("Crops around faces at the edge", note, _TIMES, rows)], verdicts)


def _crop(options: Mapping[str, object], faces: Sequence[Face] = ()) -> Callable[[], object]:
    recipe, policy = make_recipe({"width": 300, "height": 300, **options}), load_policy()
    return partial(render, twelve_megapixels(), recipe, "webp", faces=faces, policy=policy)


def _looking(bench: Bench) -> Findings:
    from assets.analysis import faces, picture
    from assets.analysis.budget import CALLS_OF_A_LOOK
    from assets.analysis.price import rekognition_price
    from assets.face_detector import find_faces

    original, analyser, rounds = twelve_megapixels(), faces.create(), 3 if bench.quick else 11
    reduced = picture.reduce(original)
    price = rekognition_price()
    rows = [
        ("the reduced copy, for each analyser", *_spelled(lambda: picture.reduce(original), rounds), "–"),
        ("`faces`: YuNet, in a process of its own", *_spelled(lambda: analyser.look(reduced), rounds), "free"),
        ("of that, YuNet", *_spelled(lambda: find_faces(reduced.body), rounds), "–"),
        ("`rekognition`: four calls", "–", "–", f"{price.of(1000 * CALLS_OF_A_LOOK):.2f} USD"),
    ]
    bench.say(_LOOKS, (44, 13, 18, 18))
    for row in rows:
        bench.say(row, (44, 13, 18, 18))
    note = (
        "What a worker does for each upload, once; visitors do not wait for it. Times on one core, without storage and "
        "database. Most of a look is the start of a process with OpenCV. The time of Rekognition depends on the "
        f"network and is not measured here. Its price is of {price.read:%B %Y}, for up to a million calls a month; "
        f"then it falls. [AWS's page]({price.source}) has today's."
    )
    return Findings([Table("Looking for faces after an upload", note, _LOOKS, rows)])


def _spelled(call: Callable[[], object], rounds: int) -> tuple[str, str]:
    """The median time of a call on one core, after a first one, and of a thousand in minutes."""
    call()
    seconds = median(cpu_seconds(call) for _ in range(rounds))
    return human(seconds * 1000), f"{seconds * 1000 / 60:.1f} min"
