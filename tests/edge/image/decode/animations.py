"""Small animations, and what each frame of a result looks like, pixel by pixel."""

from __future__ import annotations

from PIL import Image

from tests.edge.image.parts import Frame, gif, indexed
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    decoded,
    near,
)

PALETTE = (RED, GREEN, BLUE, WHITE)


NAMES = dict(zip("RGBW", PALETTE, strict=True))


FULL = Frame(indexed("00000 00000 00000"))


CENTRE = Frame(indexed("1"), at=(2, 1))


LAST = Frame(indexed("2"), at=(4, 2))


def drawn(image: Image.Image) -> str:
    """Each pixel as the letter of its colour, a dot where there is none."""
    data = image.convert("RGBA").tobytes()
    letters = "".join(_letter(tuple(data[i : i + 4])) for i in range(0, len(data), 4))
    return " ".join(letters[i : i + image.width] for i in range(0, len(letters), image.width))


def _letter(colour: tuple[int, ...]) -> str:
    if colour[3] == 0:
        return "."
    return next((name for name, wanted in NAMES.items() if near(colour, (*wanted, 255), 3)), "?")


def frames(image: Image.Image) -> list[str]:
    found = []
    for index in range(getattr(image, "n_frames", 1)):
        image.seek(index)
        found.append(drawn(image))
    return found


def played(body: bytes, format_class: str = "webp") -> list[str]:
    """The frames of what is made of it, as drawn. The best quality keeps so few pixels as they are."""
    return frames(decoded(body, format_class, quality=100))


def by_gif(*parts: Frame, screen: tuple[int, int] = (5, 3)) -> bytes:
    return gif(screen, list(parts), PALETTE)


def coloured(rows: str, mode: str = "RGB") -> Image.Image:
    """Rows of letters and dots."""
    lines = rows.split()
    image = Image.new("RGBA", (len(lines[0]), len(lines)))
    image.putdata([(*NAMES[letter], 255) if letter in NAMES else (0, 0, 0, 0) for line in lines for letter in line])
    return image.convert(mode)


ALL = ["RRRRR RRRRR RRRRR"]


KEPT = [*ALL, "RRRRR RRGRR RRRRR", "RRRRR RRGRR RRRRB"]


CLEARED = [*ALL, "RRRRR RRGRR RRRRR", "RRRRR RR.RR RRRRB"]


RESTORED = [*ALL, "RRRRR RRGRR RRRRR", "RRRRR RRRRR RRRRB"]


CLEAR = coloured(".....  ..... .....", "RGBA")


GROUND = coloured("RRRRR RRRRR RRRRR", "RGBA")
