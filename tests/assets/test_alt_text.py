"""Alternative texts that are refused, and those that only look similar."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from assets.alt_text import check_alt_text

KEY = "photos/IMG_1234.jpg"


@pytest.mark.parametrize("text", ["IMG_1234.jpg", "img_1234.JPG", "  IMG_1234.jpg ", "photos/IMG_1234.jpg", "IMG_1234"])
def test_a_files_name_describes_nothing(text: str) -> None:
    with pytest.raises(ValidationError, match="is the file's name"):
        check_alt_text(text, False, KEY)


@pytest.mark.parametrize("text", ["", "Sand", "IMG_1234.jpg, a beach"])
def test_any_other_text_is_accepted(text: str) -> None:
    check_alt_text(text, False, KEY, "")


def test_a_word_may_be_both_the_files_name_and_what_it_shows() -> None:
    check_alt_text("Beach", False, "beach.jpg")
    with pytest.raises(ValidationError):
        check_alt_text("beach.jpg", False, "beach.jpg")


def test_a_decorative_image_has_no_text() -> None:
    check_alt_text("", True, KEY)
    with pytest.raises(ValidationError, match="A decorative image has no alternative text") as error:
        check_alt_text("Sand", True, KEY)
    assert error.value.code == "alt_of_decorative"
