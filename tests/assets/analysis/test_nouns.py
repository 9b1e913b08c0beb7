"""Articles, plurals and numbers of the nouns that labels are."""

from __future__ import annotations

import pytest

from assets.analysis.nouns import common, counted, joined, plural, with_article


@pytest.mark.parametrize(
    ("label", "noun"),
    [
        ("Dining Table", "dining table"),
        ("TV", "TV"),
        ("LCD Screen", "LCD screen"),
        ("T-Shirt", "T-shirt"),
        ("Christmas Tree", "Christmas tree"),
        ("  Golden   Retriever ", "golden retriever"),
    ],
)
def test_a_label_within_a_sentence(label: str, noun: str) -> None:
    assert common(label) == noun


@pytest.mark.parametrize(
    "phrase",
    [
        "a dog", "an owl", "an hour", "a unicorn", "an umbrella", "a European robin", "an LCD screen", "a TV",
        "an SUV", "an X-ray", "a one-way sign", "an honest face", "a house", "a uniform", "an uninvited guest",
        "sunglasses", "jeans", "people", "a glass", "a bus", "a cactus", "a tennis racket", "a utensil", "an urn",
    ],
)  # fmt: skip
def test_an_article_follows_the_sound(phrase: str) -> None:
    assert with_article(phrase.removeprefix("an ").removeprefix("a ")) == phrase


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("dog", "dogs"), ("dining table", "dining tables"), ("bus", "buses"), ("box", "boxes"), ("bench", "benches"),
        ("brush", "brushes"), ("glass", "glasses"), ("city", "cities"), ("key", "keys"), ("person", "people"),
        ("polar bear", "polar bears"), ("mouse", "mice"), ("sheep", "sheep"), ("knife", "knives"), ("shelf", "shelves"),
        ("potato", "potatoes"), ("photo", "photos"), ("scissors", "scissors"), ("fish", "fish"), ("TV", "TVs"),
    ],
)  # fmt: skip
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many


def test_numbers_are_words_up_to_twelve() -> None:
    assert [counted(number, "owl") for number in (0, 1, 2, 12, 13)] == [
        "an owl",
        "an owl",
        "two owls",
        "twelve owls",
        "13 owls",
    ]


def test_phrases_are_joined() -> None:
    assert [joined(list("abc"[:length])) for length in range(4)] == ["", "a", "a and b", "a, b and c"]
