"""Which percent-encoded keys are certainly in Unicode NFC: a pattern for a runtime that cannot normalise.

A text is in NFC if none of its characters is changed by normalisation or joins the one before it, and no two marks are
in a row: https://www.unicode.org/reports/tr15/#Detecting_Normalization_Forms
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

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


def nfc_pattern() -> str:
    """For keys as `edge.contract.url_path` encodes them."""
    return f"^(([^%]|%[2-7].|{'|'.join(_bytes(LETTERS))})({'|'.join(_bytes(MARKS))})?)*$"


def _bytes(ranges: Ranges) -> Iterator[str]:
    """Patterns for the percent-encoded UTF-8 of ``ranges``."""
    last_bytes: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for first, last in ranges:
        for code in range(first, last + 1):
            *lead, final = chr(code).encode()
            last_bytes[tuple(lead)].add(final)
    leads: dict[frozenset[int], list[tuple[int, ...]]] = defaultdict(list)
    for sequence, finals in last_bytes.items():
        leads[frozenset(finals)].append(sequence)
    for ends, sequences in leads.items():
        yield f"{_alternatives(_leading(sequences))}{_one_byte(ends)}"


def _leading(sequences: Iterable[tuple[int, ...]]) -> Iterator[str]:
    """``%E4%B8`` and the like, with the bytes before the last joined as far as they are equal."""
    groups: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for sequence in sequences:
        groups[sequence[:-1]].add(sequence[-1])
    merged: dict[frozenset[int], list[tuple[int, ...]]] = defaultdict(list)
    for lead, finals in groups.items():
        merged[frozenset(finals)].append(lead)
    for ends, leads in merged.items():
        for length in sorted({len(lead) for lead in leads}):
            prefixes = [lead for lead in leads if len(lead) == length]
            yield (_alternatives(_leading(prefixes)) if length else "") + _one_byte(ends)


def _alternatives(patterns: Iterable[str]) -> str:
    each = list(patterns)
    return each[0] if len(each) == 1 else f"({'|'.join(each)})"


def _one_byte(values: Iterable[int]) -> str:
    """``%[8-B].``: any of ``values`` as an escape."""
    low_digits: dict[int, set[int]] = defaultdict(set)
    for value in values:
        low_digits[value >> 4].add(value & 15)
    high_digits: dict[frozenset[int], set[int]] = defaultdict(set)
    for high, lows in low_digits.items():
        high_digits[frozenset(lows)].add(high)
    if set(low_digits) == {8, 9, 10, 11} and all(len(lows) == 16 for lows in low_digits.values()):
        return "%.."
    return "%" + _alternatives(f"{_digits(highs)}{_digits(lows)}" for lows, highs in high_digits.items())


def _digits(values: Collection[int]) -> str:
    """A pattern for one hexadecimal digit."""
    if len(list(values)) == 16:
        return "."
    runs: list[str] = []
    for digit in (f"{value:X}" for value in sorted(values)):
        if runs and ord(digit) == ord(runs[-1][-1]) + 1:
            runs[-1] += digit
        else:
            runs.append(digit)
    spelled = "".join(run if len(run) < 3 else f"{run[0]}-{run[-1]}" for run in runs)
    return spelled if len(spelled) == 1 else f"[{spelled}]"
