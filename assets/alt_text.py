"""Alternative texts that describe nothing. Screen readers read them all the same."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

#: The end of a file's name, and characters that names of files have and words do not.
_EXTENSION, _NOT_WORDS = re.compile(r"\.[a-z0-9]{2,5}\Z"), re.compile(r"[\d_\-+.]")


def check_alt_text(text: str, decorative: bool, *names: str) -> None:
    """Raises `ValidationError` if ``text`` is one of the file's ``names``, or is there though nobody will hear it."""
    if decorative and text:
        raise ValidationError(
            "A decorative image has no alternative text, since screen readers skip it. Remove the text, or do not "
            "mark the image as decorative.",
            code="alt_of_decorative",
        )
    if _folded(text) in {spelling for name in names for spelling in _spellings(name)}:
        raise ValidationError(
            f"“{text}” is the file's name. Describe what the image shows, or mark it as decorative.",
            code="alt_is_file_name",
        )


def _spellings(name: str) -> set[str]:
    """A key's whole path, its last part, and that without its extension unless it is made of words only.

    beach.jpg may well show a “Beach”, but IMG_1234.jpg shows no “IMG_1234”.
    """
    path = _folded(name)
    last = path.rpartition("/")[2]
    stem = _EXTENSION.sub("", last)
    return {path, last, *([stem] if _NOT_WORDS.search(stem) else [])} - {""}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
