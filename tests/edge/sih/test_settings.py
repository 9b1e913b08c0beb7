"""The operator's settings of this entry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from edge.contract.cache_control import SIH_IMAGE
from edge.sih.settings import SihSettings

MINIMUM = {"path": "/sih", "buckets": {"photos": ""}}


def read(**changes: Any) -> SihSettings:
    found = SihSettings.read({"IMAGEHUB_SIH": json.dumps(MINIMUM | changes)})
    assert found is not None
    return found


def test_without_the_variable_the_entry_is_off() -> None:
    assert SihSettings.read({}) is None
    assert SihSettings.read({"IMAGEHUB_SIH": ""}) is None


def test_a_path_and_buckets_are_enough() -> None:
    found = read()
    assert (found.path, list(found.buckets)) == ("/sih", ["photos"])
    assert (found.strict, found.upright, found.auto, found.rewrite, found.secret) == (False, False, (), None, None)
    assert (found.cors, found.cache) == ("", SIH_IMAGE)


def test_each_setting_is_read() -> None:
    found = read(
        path="/",
        strict=True,
        upright=True,
        auto="avif",
        rewrite=["/a/g", "b"],
        secret="secretsmanager:sih?region=eu-west-1&field=key",  # a location
        cors="https://example.com",
        cache="max-age=60",
    )
    assert (found.path, found.strict, found.upright, found.auto) == ("/", True, True, ("avif", "webp"))
    assert found.rewrite is not None
    assert found.rewrite.apply("/aa") == "/bb"
    assert found.secret is not None
    assert (found.secret.field, found.cors, found.cache) == ("key", "https://example.com", "max-age=60")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"path": "sih"}, "path: 'sih' must be / or one part"),
        ({"path": "/a/b"}, "path: '/a/b'"),
        ({"path": "/v1"}, "and not /v1"),
        ({"path": None}, "path: None is not a text"),
        ({"buckets": {}}, "buckets: it must be an object"),
        ({"strict": "on"}, "strict: 'on' must be true or false"),
        ({"upright": 1}, "upright: 1 must be"),
        ({"auto": "Yes"}, "auto: 'Yes' must be webp or avif"),
        ({"auto": ["webp"]}, "auto: "),
        ({"rewrite": "/a/"}, "rewrite: it must be a pattern and its substitution"),
        ({"rewrite": ["/(a+)+/", "b"]}, "rewrite: .*may never end"),
        ({"secret": "sih"}, "secret: it must name the field"),
        ({"cors": "a\r\nb"}, "cors: "),
        ({"cache": " "}, "cache: "),
        ({"stict": True}, "has no setting stict. It has path buckets"),
        ({"strict": 1, "auto": 1}, "strict: .*auto: "),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(**changes)


@pytest.mark.parametrize("text", ["on", "[]", "{", "null"])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="IMAGEHUB_SIH must be a JSON object"):
        SihSettings.read({"IMAGEHUB_SIH": text})
