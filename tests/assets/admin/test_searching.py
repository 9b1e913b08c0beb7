"""The search in the list of images: what it finds, and what it costs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assets.admin.searching import condition
from assets.models import Analysis, Asset, Collection, Tag
from tests.assets.admin.pages import IMAGES

pytestmark = pytest.mark.django_db

FIELDS = ("key", "title", "alt_text")


@pytest.fixture(autouse=True)
def _images() -> None:
    harbour = Collection.objects.create(name="Harbour \u00c4lvsborg")
    rows = [
        Asset(key="a.jpg", original="a", sha256="1", title="Boats", collection=harbour),
        Asset(key="b.jpg", original="b", sha256="2", alt_text="A street"),
        Asset(key="c.jpg", original="c", sha256="1"),
        Asset(key="d.jpg", original="d", sha256="3"),
    ]
    Asset._base_manager.bulk_create(rows)
    for name in ("Summer", "Summer sale"):
        Asset.objects.get(key="b.jpg").tags.add(Tag.obtain(name))
    Analysis.objects.create(sha256="1", analyser="faces", state="done", words="open daily stra\u00dfe".casefold())
    Analysis.objects.create(sha256="1", analyser="rekognition", state="done", words="open daily boat")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("open", "ac"),
        ('"open daily"', "ac"),
        ('"daily open"', ""),
        ("OPEN boats", "a"),
        ("STRASSE", "ac"),
        ("\u00e4lvsborg", "a"),
        ("summer", "b"),
        ("summer street", "b"),
        ("boat", "ac"),
        ("faces", ""),
        ("100%", ""),
        ("_", ""),
        ("\\", ""),
        ('"', ""),
        ('""', "abcd"),
        ("", "abcd"),
        ("x " * 1000, ""),
    ],
)
def test_each_word_is_found_where_it_stands_and_each_image_once(text: str, keys: str) -> None:
    found = Asset.objects.filter(condition(text, FIELDS)).order_by("key")
    assert "".join(asset.key[0] for asset in found) == keys


def test_the_search_box_costs_no_query_more_and_reads_no_reply(admin_client: Client) -> None:
    counts = []
    for text in ("boats", "open daily boats summer harbour"):
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(IMAGES, {"q": text}).status_code == 200
        counts.append(len(captured))
        assert not [query for query in captured if '"reply"' in query["sql"] or '"labels"' in query["sql"]]
    assert counts[0] == counts[1]
