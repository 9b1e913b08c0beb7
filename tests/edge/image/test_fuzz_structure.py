"""The structured changes of `tests.fuzz`: what they take apart they can put together, and what they change is new."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from edge.image import verify
from edge.image.decode import png_chunks
from tests.edge.image.pictures import POLICY, noise, saved
from tests.fuzz.campaign import contradiction
from tests.fuzz.containers import Part
from tests.fuzz.fields import TiffContainer
from tests.fuzz.judge import VERIFY, Outcome, judged
from tests.fuzz.seeds import seeds
from tests.fuzz.structure import CONTAINERS, container_of, restructured, with_changed_metadata


def dice(seed: int = 1) -> Random:
    return Random(seed)  # noqa: S311 - the same seed repeats the same files


@pytest.mark.parametrize("body", seeds(), ids=lambda body: repr(body[:12]))
def test_what_is_taken_apart_can_be_put_together(body: bytes) -> None:
    container = container_of(body)
    assert container is not None
    header, parts = container.take_apart(body)
    assert len(parts) > 0
    again = container.put_together(header, parts)
    if isinstance(container, TiffContainer):  # its directory is written after the rest
        assert container.take_apart(again)[1] == parts
    else:
        assert again == body
    assert verify(again, POLICY) == verify(body, POLICY)


def test_every_container_has_seeds() -> None:
    found = Counter(type(container_of(body)) for body in seeds())
    assert found.keys() == {type(container) for container in CONTAINERS}


def test_checksums_and_lengths_are_right_unless_they_are_to_be_wrong() -> None:
    png = container_of(saved(noise((9, 7)), "png"))
    assert png is not None
    chunk = png.write(Part(b"tEXt", b"a\0b"))
    body = png_chunks.SIGNATURE + chunk
    assert all(each.is_sound(body) for each in png_chunks.walk(body))
    assert png.write(Part(b"tEXt", b"a\0b", claimed=7))[:4] == (7).to_bytes(4)


@pytest.mark.parametrize("container", CONTAINERS, ids=lambda container: type(container).__name__)
def test_changes_are_of_many_kinds_and_can_be_repeated(container: object) -> None:
    body = next(each for each in seeds() if container_of(each) is container)
    changed = [restructured(body, seeds(), dice(seed)) for seed in range(60)]
    assert len(set(changed)) > 40
    assert changed == [restructured(body, seeds(), dice(seed)) for seed in range(60)]


@pytest.mark.parametrize("seed", range(20))
def test_changed_metadata_does_not_cost_the_picture(seed: int) -> None:
    for body in seeds():
        changed = with_changed_metadata(body, dice(seed))
        if changed is not None:
            assert judged(changed, VERIFY, POLICY).kind == "image"


IMAGE, REFUSED = Outcome("image", "png"), Outcome("refused", "source_damaged")


def test_what_verify_and_a_render_say_is_compared() -> None:
    assert "verified, then refused" in contradiction("w300.png", REFUSED, IMAGE)
    assert "then rendered" in contradiction("w300.webp", IMAGE, REFUSED)
    assert contradiction("w300.png", IMAGE, REFUSED) == ""  # of an animation it shows one frame
    assert contradiction("w300.webp", IMAGE, IMAGE) == contradiction(VERIFY, REFUSED, None) == ""
