"""The operator's settings of this entry."""

from __future__ import annotations

import pytest

from edge.sih.settings import DEFAULT_CACHE, NAMES, SihSettings

MINIMUM = {"IMAGEHUB_SIH_PATH": "/sih", "IMAGEHUB_SIH_BUCKETS": '{"photos": ""}'}


def read(**changes: str) -> SihSettings | None:
    return SihSettings.read(MINIMUM | {f"IMAGEHUB_SIH_{name}": text for name, text in changes.items()})


def test_without_a_path_the_entry_is_off() -> None:
    assert SihSettings.read({}) is None
    assert SihSettings.read(dict.fromkeys(NAMES, "")) is None


def test_a_path_and_buckets_are_enough() -> None:
    found = read()
    assert found is not None
    assert (found.path, list(found.buckets)) == ("/sih", ["photos"])
    assert (found.strict, found.upright, found.auto, found.rule, found.secret) == (False, False, (), None, None)
    assert (found.cors_origin, found.cache) == ("", DEFAULT_CACHE)


def test_each_setting_is_read() -> None:
    found = read(
        PATH="/",
        STRICT="on",
        UPRIGHT="on",
        AUTO="avif",
        REWRITE="/a/g",
        SUBSTITUTION="b",
        SECRET="secretsmanager:sih?region=eu-west-1&field=key",  # a location
        CORS_ORIGIN="https://example.com",
        CACHE="max-age=60",
    )
    assert found is not None
    assert (found.path, found.strict, found.upright, found.auto) == ("/", True, True, ("avif", "webp"))
    assert found.rule is not None
    assert found.rule.apply("/aa") == "/bb"
    assert found.secret is not None
    assert (found.secret.field, found.cors_origin, found.cache) == ("key", "https://example.com", "max-age=60")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"PATH": ""}, "IMAGEHUB_SIH_BUCKETS needs IMAGEHUB_SIH_PATH"),
        ({"PATH": "sih"}, "IMAGEHUB_SIH_PATH is 'sih'; it must be / or one part"),
        ({"PATH": "/a/b"}, "IMAGEHUB_SIH_PATH is"),
        ({"BUCKETS": ""}, "IMAGEHUB_SIH_BUCKETS: it must be JSON"),
        ({"STRICT": "yes"}, "IMAGEHUB_SIH_STRICT is 'yes'; it must be on or off"),
        ({"UPRIGHT": "1"}, "IMAGEHUB_SIH_UPRIGHT is '1'"),
        ({"AUTO": "Yes"}, "IMAGEHUB_SIH_AUTO is 'Yes'; it must be webp or avif"),
        ({"REWRITE": "/a/"}, "need each other"),
        ({"REWRITE": "/(a+)+/", "SUBSTITUTION": "b"}, "IMAGEHUB_SIH_REWRITE: .*may never end"),
        ({"SECRET": "sih"}, "IMAGEHUB_SIH_SECRET: it must name the field"),
        ({"CORS_ORIGIN": "a\r\nb"}, "IMAGEHUB_SIH_CORS_ORIGIN"),
        ({"CACHE": " "}, "IMAGEHUB_SIH_CACHE"),
        ({"STRICT": "1", "AUTO": "1"}, "IMAGEHUB_SIH_STRICT.*IMAGEHUB_SIH_AUTO"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(**changes)
