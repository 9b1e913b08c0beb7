"""The list of what is warmed: presets of images, or what a log has most of."""

from __future__ import annotations

import time

import pytest

from assets import warming_list
from assets.access_log import LoggedPath
from assets.models import Asset, Preset
from assets.warming_list import VariantRequest, at_rate, is_stored, of_log, of_presets
from edge.contract.policy import load_policy
from edge.contract.variant_key import VariantKey
from edge.storage.objects.store import Store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rows() -> None:
    warming_list.forget()
    Preset._base_manager.bulk_create([Preset(name="small", width=50, revision=2)])
    Asset._base_manager.bulk_create([Asset(key=key, original=key, version="1f2e3d4c") for key in ("a.jpg", "b é.png")])


def names(requests: list[VariantRequest]) -> list[str]:
    return [str(each.variant).replace(load_policy().rev, "rev") for each in requests]


def test_presets_of_named_images_and_of_all() -> None:
    presets = list(Preset.objects.all())
    assert names(list(of_presets(["a.jpg"], presets))) == [
        f"a.jpg/1f2e3d4c.rev/p.small.2.{name}" for name in ("avif", "webp", "basic")
    ]
    requests = list(of_presets(None, presets))
    assert len(requests) == 6
    assert requests[3].url == "https://cdn.example/b%20%C3%A9.png?p=small.2&v=1f2e3d4c"


def test_a_logged_url_is_requested_as_it_was_for_each_kind_of_browser() -> None:
    requests = list(of_log([LoggedPath("/b%20%C3%A9.png", "width=290&v=00000000")]))
    assert {each.url for each in requests} == {"https://cdn.example/b%20%C3%A9.png?width=290&v=00000000"}
    # The true version, on the ladder: what the edge stores.
    assert sorted(names(requests)) == [f"b é.png/1f2e3d4c.rev/w300.{name}" for name in ("avif", "basic", "webp")]


def test_a_url_with_a_format_is_requested_once() -> None:
    requests = list(of_log([LoggedPath("/a.jpg", "w=300&f=png")]))
    assert names(requests) == ["a.jpg/1f2e3d4c.rev/w300.png"]


def test_wrong_urls_and_images_that_are_gone_are_left_out() -> None:
    paths = [LoggedPath("/", ""), LoggedPath("/a.jpg", "w=x"), LoggedPath("/gone.jpg", "w=300")]
    assert list(of_log(paths)) == []


def test_what_is_stored_is_known_by_its_version_and_rev(store: Store) -> None:
    avif, webp, _ = of_presets(["a.jpg"], Preset.objects.all())
    store.put(avif.variant.object_key, b"image", content_type="image/avif")
    old = VariantKey("a.jpg", "1f2e3d4c", "00000000", "p.small.2", "webp")
    store.put(old.object_key, b"image", content_type="image/webp")
    assert (is_stored(avif), is_stored(webp)) == (True, False)


def test_requests_are_spread_over_time() -> None:
    requests = list(of_presets(None, Preset.objects.all()))
    started = time.monotonic()
    assert list(at_rate(requests, 100)) == requests
    assert time.monotonic() - started >= 0.05  # five pauses of ten milliseconds; more under load
