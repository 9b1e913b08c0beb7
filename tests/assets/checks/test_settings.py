"""Each mistake in the settings is found before the first request, by its id."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.assets.checks.found import found
from tests.assets.conftest import change_policy


@pytest.fixture
def good(settings: Any) -> dict[str, Any]:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "DISTRIBUTION_ID": "E1"}
    return dict(settings.IMAGEHUB)


def test_good_settings_are_good(good: dict[str, Any]) -> None:
    assert found() == []


@pytest.mark.parametrize(
    "changes", [{"STORE": ""}, {"CDN_URL": ""}, {"COLOUR": "red"}], ids=["no store", "no cdn", "unknown name"]
)
def test_settings_that_cannot_be_read(good: dict[str, Any], settings: Any, changes: dict[str, str]) -> None:
    settings.IMAGEHUB = {**good, **changes}
    assert found() == ["imagehub.E001"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        [],
        "https://cdn.example",
        [("CDN_URL", "https://cdn.example")],
        {"CDN_URL": 5, "STORE": "file:///x"},
        {"CDN_URL": "https://cdn.example", "STORE": None},
        {7: "x"},
        {"CDN_URL": "https://cdn.example", "STORE": ["a"]},
    ],
    ids=repr,
)
def test_settings_of_the_wrong_type(good: dict[str, Any], settings: Any, value: object) -> None:
    settings.IMAGEHUB = value
    assert found() == ["imagehub.E001"]


def test_no_settings_at_all(good: dict[str, Any], settings: Any) -> None:
    del settings.IMAGEHUB
    assert found() == ["imagehub.E001"]


@pytest.mark.parametrize(
    "url",
    [
        "cdn.example",
        "ftp://cdn.example",
        "https://",
        "https://cdn.example/images",
        "https://cdn.example?a=b",
        "https://[::1",
        "https://cdn:port",
        "https://cdn:",
        "https://cdn:0",
        "https://cdn:65536",
        "https://cdn:-1",
        "https://editor:secret@cdn.example",
        "https://editor@cdn.example",
        "https://*.cdn.example",
        "https://*",
        "https://cdn.example https://other.example",
        "https://cdn.example;",
        "https://cdn..example",
        "https://cdn.example\\",
        "https://bücher.example",
    ],
)
def test_a_cdn_url_that_is_none(good: dict[str, Any], settings: Any, url: str) -> None:
    settings.IMAGEHUB = {**good, "CDN_URL": url}
    assert found() == ["imagehub.E002"]


@pytest.mark.parametrize(
    "url",
    [
        "https://d111111abcdef8.cloudfront.net",
        "https://xn--bcher-kva.example:65535",
        "http://127.0.0.1:8080",
        "http://[::1]:1",
        "https://CDN.example.",
    ],
)
def test_a_cdn_url_with_a_host_and_perhaps_a_port(good: dict[str, Any], settings: Any, url: str) -> None:
    settings.IMAGEHUB = {**good, "CDN_URL": url, "DISTRIBUTION_ID": "E1"}
    assert found() == []


@pytest.mark.parametrize("store", ["/srv/images", "s3://bucket", "https://bucket.s3.amazonaws.com"])
def test_a_store_that_is_none(good: dict[str, Any], settings: Any, store: str) -> None:
    settings.IMAGEHUB = {**good, "STORE": store}
    assert found() == ["imagehub.E003"]


def test_a_policy_that_cannot_be_read(good: dict[str, Any], policy_file: Path) -> None:
    change_policy(policy_file, ladder=[])
    assert found() == ["imagehub.E004"]


@pytest.mark.parametrize("backend", ["django.core.files.storage.FileSystemStorage", "assets.storage.Nothing"])
def test_originals_in_a_storage_that_mangles_keys(good: dict[str, Any], settings: Any, backend: str) -> None:
    settings.STORAGES = {**settings.STORAGES, "originals": {"BACKEND": backend}}
    assert found() == ["imagehub.E005"]


@pytest.mark.parametrize(
    "entry",
    [
        None,
        {},
        {"BACKEND": "assets.storage.DirectoryOriginals"},
        {"BACKEND": 7},
        "assets.storage.DirectoryOriginals",
        {"BACKEND": "assets.storage.DirectoryOriginals", "OPTIONS": {"folder": "/srv"}},
        {"BACKEND": "assets.storage_s3.S3Originals", "OPTIONS": {"bukket": "x"}},
    ],
    ids=repr,
)
def test_originals_that_are_missing_or_wrong(good: dict[str, Any], settings: Any, entry: Any) -> None:
    others = {name: value for name, value in settings.STORAGES.items() if name != "originals"}
    settings.STORAGES = others if entry is None else {**others, "originals": entry}
    assert found() == ["imagehub.E005"]


def test_originals_elsewhere_than_the_store(good: dict[str, Any], settings: Any, tmp_path: Path) -> None:
    settings.IMAGEHUB = {**good, "STORE": (tmp_path / "elsewhere").as_uri()}
    assert found() == ["imagehub.E006"]


def test_signatures_without_a_secret(good: dict[str, Any], policy_file: Path) -> None:
    change_policy(policy_file, signed="always")
    assert found() == ["imagehub.E007"]


def test_a_place_of_keys_that_is_none_is_an_error(good: dict[str, Any], policy_file: Path) -> None:
    change_policy(policy_file, secret="vault:keys")
    assert found() == ["imagehub.E008"]


def test_a_real_cdn_that_purges_would_not_reach(good: dict[str, Any], settings: Any) -> None:
    settings.IMAGEHUB = {**good, "DISTRIBUTION_ID": ""}
    assert found() == ["imagehub.W001"]
    settings.IMAGEHUB = {**good, "DISTRIBUTION_ID": "", "CDN_URL": "http://127.0.0.1:8080"}
    assert found() == []


def test_a_directory_that_does_not_exist(good: dict[str, Any], settings: Any, tmp_path: Path) -> None:
    missing = tmp_path / "not mounted"
    settings.IMAGEHUB = {**good, "STORE": missing.as_uri()}
    originals = {"BACKEND": "assets.storage.DirectoryOriginals", "OPTIONS": {"location": missing}}
    settings.STORAGES = {**settings.STORAGES, "originals": originals}
    assert found() == ["imagehub.E013"]
    missing.mkdir()
    assert found() == []


@pytest.mark.parametrize(
    ("own", "others"), [("", "E1OLD"), ("E1OWN", "E1OLD; E2OLD"), ("E1 OWN", ""), ("E1OWN", "https://x.cloudfront.net")]
)
def test_distributions_are_ids_and_others_are_beside_the_own_one(settings: Any, own: str, others: str) -> None:
    changed = {"CDN_URL": "http://127.0.0.1:8080", "DISTRIBUTION_ID": own, "OTHER_DISTRIBUTION_IDS": others}
    settings.IMAGEHUB = {**settings.IMAGEHUB, **changed}
    assert found() == ["imagehub.E024"]
    settings.IMAGEHUB = {**settings.IMAGEHUB, "DISTRIBUTION_ID": "E1OWN", "OTHER_DISTRIBUTION_IDS": "E1OLD, E2OLD"}
    assert found() == []
