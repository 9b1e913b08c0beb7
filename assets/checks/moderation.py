"""Checks of the settings of reviews and of the trash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from django.core.checks import CheckMessage, Error, Warning

from assets.conf import Config
from assets.moderation import UNREVIEWED, flagging_names

_PERCENT = re.compile(r"100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?")
_DAYS = re.compile("[1-9][0-9]{0,3}")
#: Rekognition's taxonomy 7, level by level.
#: https://docs.aws.amazon.com/rekognition/latest/dg/moderation.html#moderation-api
TAXONOMY = (
    "Explicit",
    "Non-Explicit Nudity of Intimate parts and Kissing",
    "Swimwear or Underwear",
    "Violence",
    "Visually Disturbing",
    "Drugs & Tobacco",
    "Alcohol",
    "Rude Gestures",
    "Gambling",
    "Hate Symbols",
    "Explicit Nudity",
    "Explicit Sexual Activity",
    "Sex Toys",
    "Non-Explicit Nudity",
    "Obstructed Intimate Parts",
    "Kissing on the Lips",
    "Female Swimwear or Underwear",
    "Male Swimwear or Underwear",
    "Weapons",
    "Graphic Violence",
    "Death and Emaciation",
    "Crashes",
    "Products",
    "Drugs & Tobacco Paraphernalia & Use",
    "Alcohol Use",
    "Alcoholic Beverages",
    "Middle Finger",
    "Nazi Party",
    "White Supremacy",
    "Extremist",
    "Exposed Male Genitalia",
    "Exposed Female Genitalia",
    "Exposed Buttocks or Anus",
    "Exposed Female Nipple",
    "Bare Back",
    "Exposed Male Nipple",
    "Partially Exposed Buttocks",
    "Partially Exposed Female Breast",
    "Implied Nudity",
    "Obstructed Female Nipple",
    "Obstructed Male Genitalia",
    "Weapon Violence",
    "Physical Violence",
    "Self-Harm",
    "Blood & Gore",
    "Explosions and Blasts",
    "Emaciated Bodies",
    "Corpses",
    "Air Crash",
    "Pills",
    "Smoking",
    "Drinking",
)
_KNOWN = {name.casefold(): name for name in TAXONOMY}


def check_moderation(found: Config) -> Iterator[CheckMessage]:
    if not _PERCENT.fullmatch(found.moderation_confidence):
        yield Error(
            f'IMAGEHUB["MODERATION_CONFIDENCE"] must be a number from 0 to 100, but is '
            f"{found.moderation_confidence!r}.",
            hint="Write how sure a label must be to flag an image, in percent, such as 80.",
            id="imagehub.E021",
        )
    if found.moderation_unreviewed not in UNREVIEWED:
        yield Error(
            f'IMAGEHUB["MODERATION_UNREVIEWED"] must be {_either(UNREVIEWED)}, but is {found.moderation_unreviewed!r}.',
            hint="It says what visitors see of a flagged image until it is reviewed. See docs/review.md.",
            id="imagehub.E022",
        )
    if not _DAYS.fullmatch(found.trash_days):
        yield Error(
            f'IMAGEHUB["TRASH_DAYS"] must be a whole number from 1 to 9999, but is {found.trash_days!r}.',
            hint="Write for how many days an image in the trash can be restored, such as 30.",
            id="imagehub.E023",
        )
    yield from (_unknown(name) for name in flagging_names() if name.casefold() not in _KNOWN)


def _unknown(name: str) -> CheckMessage:
    close = [_KNOWN[each] for each in get_close_matches(name.casefold(), _KNOWN, n=3)]
    hint = f"Did you mean {' or '.join(close)}? " if close else ""
    return Warning(
        f'IMAGEHUB["MODERATION_LABELS"] has {name!r}, which Rekognition\'s taxonomy 7 does not know.',
        hint=f"{hint}docs/review.md lists the categories. If AWS has added this one, silence the warning.",
        id="imagehub.W024",
    )


def _either(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}"
