"""Which keys are certainly in Unicode NFC: a table for a runtime that cannot normalise.

A text is in NFC if none of its characters is changed by normalisation or joins the one before it, and no two marks are
in a row: https://www.unicode.org/reports/tr15/#Detecting_Normalization_Forms
"""

from __future__ import annotations

import re

Ranges = tuple[tuple[int, int], ...]

#: Characters that are the same in NFC whatever stands beside them.
LETTERS: Ranges = (
    (0x00A0, 0x02FF),  # Latin
    (0x038E, 0x03FF),  # Greek
    (0x0400, 0x047F),  # Cyrillic
    (0x048A, 0x052F),
    (0x0531, 0x0587),  # Armenian
    (0x05D0, 0x05EA),  # Hebrew
    (0x0620, 0x064A),  # Arabic and Persian
    (0x0660, 0x066F),
    (0x0671, 0x06D5),
    (0x0900, 0x093B),  # Devanagari
    (0x093D, 0x094C),
    (0x0964, 0x0970),
    (0x0E01, 0x0E37),  # Thai
    (0x0E40, 0x0E47),
    (0x10D0, 0x10FF),  # Georgian
    (0x1E00, 0x1EFF),  # Latin, Vietnamese among it
    (0x200B, 0x203F),  # punctuation, and what joins emoji
    (0x2460, 0x27BF),  # symbols
    (0x3001, 0x3029),  # Chinese, Japanese and Korean
    (0x3041, 0x3096),
    (0x309D, 0x30FF),
    (0x3400, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xFE00, 0xFE0F),  # variants of emoji
    (0xFF00, 0xFFDC),  # full width
    (0x1F300, 0x1FAFF),  # emoji
)
#: Marks that join no letter. Two of them may stand in another order in NFC.
MARKS: Ranges = (
    (0x05B0, 0x05BD),  # Hebrew points
    (0x064B, 0x0652),  # Arabic vowels
    (0x094D, 0x094D),  # Devanagari
    (0x0E38, 0x0E3A),  # Thai
    (0x0E48, 0x0E4B),
)


#: The second halves of characters in an engine whose strings are UTF-16; the first halves have the whole code.
_SECOND_HALVES: Ranges = ((0xDC00, 0xDFFF),)
_ASCII: Ranges = ((0x00, 0x7F),)


def certainly_nfc(key: str) -> bool:
    """Whether ``key`` has known characters only, and marks only after letters."""
    return _CERTAIN.fullmatch(key) is not None


def nfc_table() -> list[int]:
    """How many codes, from 0 upwards, are of neither kind, then letters, then marks, and so on in turn."""
    letters = (*_ASCII, *LETTERS, *_SECOND_HALVES)
    runs = sorted([(*each, 1) for each in letters] + [(*each, 2) for each in MARKS])
    table, end = [0], 0
    for first, last, kind in runs:
        if first > end:
            table += [0] * (-len(table) % 3) + [first - end]
        table += [0] * ((kind - len(table)) % 3) + [last + 1 - first]
        end = last + 1
    return table


def _character_class(ranges: Ranges) -> str:
    return "[" + "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in ranges) + "]"


_CERTAIN = re.compile(f"(?:{_character_class((*_ASCII, *LETTERS))}{_character_class(MARKS)}?)*")
