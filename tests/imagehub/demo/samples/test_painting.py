"""The drawing helpers: what each mask and gradient contains."""

from __future__ import annotations

from PIL import Image

from imagehub.demo.samples import painting


def test_a_gradient_runs_from_the_first_colour_to_the_last() -> None:
    image = painting.vertical_gradient((3, 300), [(0, "#000000"), (0.5, "#ff0000"), (1, "#ffffff")])
    assert image.getpixel((1, 0)) == (0, 0, 0)
    assert image.getpixel((1, 299)) == (255, 255, 255)
    middle = image.getpixel((1, 150))
    assert isinstance(middle, tuple)
    assert middle[0] > 250 > 10 > middle[1]


def test_noise_depends_on_its_seed_alone() -> None:
    first, again, other = (painting.noise((40, 40), (5, 5), seed) for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes() != other.tobytes()


def test_smoothstep_clamps_both_ends() -> None:
    mask = Image.frombytes("L", (3, 1), bytes([10, 60, 200]))
    assert list(painting.smoothstep(mask, 20, 100, 80).tobytes()) == [0, 40, 80]


def test_a_mask_covers_what_is_below_its_curve() -> None:
    mask = painting.mask_below((10, 10), lambda _: 0.5)
    assert (mask.getpixel((5, 2)), mask.getpixel((5, 8))) == (0, 255)


def test_a_disc_falls_off_towards_its_rim() -> None:
    mask = painting.disc(101)
    assert [mask.getpixel((50, 50)), mask.getpixel((0, 0))] == [255, 0]
    halfway = mask.getpixel((75, 50))
    assert isinstance(halfway, (int, float))
    assert 80 < halfway < 180


def test_a_round_mask_fills_its_square() -> None:
    mask = painting.round_mask(50)
    assert [mask.getpixel(point) for point in ((25, 25), (25, 2), (0, 0))] == [255, 255, 0]


def test_a_ridge_line_is_read_between_its_points() -> None:
    line = painting.ridge_line(1.0, 0.5, seed=3)
    assert len(line) == 257
    assert painting.interpolate(line, 0.5 / 256) == (line[0] + line[1]) / 2


def test_shifted_rows_keep_the_size() -> None:
    image = Image.linear_gradient("L")
    assert painting.shift_rows(image, lambda y: 10 * y).size == image.size
