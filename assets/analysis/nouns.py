"""English nouns: their articles, numbers and plurals, as far as labels of pictures need them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_IRREGULAR = {
    "child": "children",
    "foot": "feet",
    "goose": "geese",
    "man": "men",
    "mouse": "mice",
    "person": "people",
    "tooth": "teeth",
    "woman": "women",
}
_SAME = frozenset({"aircraft", "deer", "fish", "moose", "salmon", "sheep", "spacecraft", "swine"})
_TO_VES = frozenset({"calf", "half", "knife", "leaf", "loaf", "shelf", "wife", "wolf"})
_TO_OES = frozenset({"buffalo", "hero", "mango", "potato", "tomato", "volcano"})
#: Spelled with a vowel and spoken with a consonant, or the other way round.
_A = re.compile(r"(?:eu|one\b|once\b|ukulele|uni(?!n)|us(?:e|b)|ut(?:e|i)|u-|ewe\b)", re.IGNORECASE)
_AN = re.compile(r"(?:hour|heir|honest|honou?r)", re.IGNORECASE)
_SPELLED_OUT = re.compile("[A-Z](?:[A-Z]|-)")
_LETTER_NAMES = "AEFHILMNORSX"  # "an X-ray", "an LCD screen"
#: Names that keep their capital.
_PROPER = frozenset({"Christmas", "Easter", "Halloween"})


def common(label: str) -> str:
    """A label as it stands within a sentence: "Dining Table" is "dining table", but "TV" stays, and "T-Shirt" half."""
    return " ".join(_common_word(word) for word in label.split())


def _common_word(word: str) -> str:
    if word[1:2] == "-":
        return word[0] + word[1:].lower()
    keeps_its_case = word in _PROPER or sum(char.isupper() for char in word) > 1
    return word if keeps_its_case else word.lower()


def with_article(noun: str) -> str:
    """ "a dog", "an owl", "an hour", "a unicorn", "an LCD screen"; "glasses" and the like without one."""
    if is_plural(noun):
        return noun
    if _SPELLED_OUT.match(noun):
        vowel = noun[0] in _LETTER_NAMES
    else:
        vowel = bool(_AN.match(noun)) or (noun[0].lower() in "aeiou" and not _A.match(noun))
    return f"{'an' if vowel else 'a'} {noun}"


def is_plural(noun: str) -> bool:
    last = noun.split()[-1].lower()
    return last in _IRREGULAR.values() or (last.endswith("s") and not last.endswith(("ss", "us", "is")))


def plural(noun: str) -> str:
    """The plural of a noun that may have words before it: "dining table" is "dining tables"."""
    before, _, last = noun.rpartition(" ")
    lower = last.lower()
    if is_plural(last) or lower in _SAME:
        found = last
    elif lower in _IRREGULAR:
        found = _IRREGULAR[lower]
    elif lower in _TO_VES:
        found = f"{last.removesuffix('e').removesuffix('f')}ves"
    elif lower.endswith(("s", "x", "z", "ch", "sh")) or lower in _TO_OES:
        found = f"{last}es"
    elif lower.endswith("y") and lower[-2:-1] not in "aeiou":
        found = f"{last[:-1]}ies"
    else:
        found = f"{last}s"
    return f"{before} {found}" if before else found


def counted(number: int, noun: str) -> str:
    """ "a dog", "two dogs", "13 dogs"."""
    if number <= 1:
        return with_article(noun)
    return f"{_NUMBERS[number] if number < len(_NUMBERS) else number} {plural(noun)}"


def joined(phrases: Sequence[str]) -> str:
    """ "a dog", "a dog and a cat", "a dog, a cat and a bird"."""
    return " and ".join(filter(None, (", ".join(phrases[:-1]), *phrases[-1:])))
