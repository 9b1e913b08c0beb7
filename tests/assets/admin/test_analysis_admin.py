"""Analyses in the admin: what was seen in which images, what it cost, and the month's budget."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assets.analysis.usage import this_month
from assets.models import AnalyserUsage, Analysis, Asset
from tests.assets.admin.pages import editor, page, queries
from tests.assets.job_support import Message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("static_files")]

LIST = "/admin/imagehub/analysis/"
State = Analysis.State
SEEN: dict[str, Any] = {
    "state": State.DONE,
    "faces": [[1, 2, 3, 4], [5, 6, 7, 8]],
    "labels": [{"name": "Beach <b>", "confidence": 98.4}],
    "moderation": [{"name": "Alcohol", "confidence": None, "parent": ""}],
    "text": "SUMMER SALE",
    "model_versions": {"LabelModelVersion": "3.0"},
    "calls": 4,
    "reply": {"DetectText": {"TextDetections": [{"DetectedText": "</pre><script>alert(1)</script>"}]}},
}


def images(*keys: str, sha256: str = "a" * 64) -> None:
    Asset._base_manager.bulk_create([Asset(key=key, original=key, sha256=sha256) for key in keys])


def analysis(sha256: str = "a" * 64, analyser: str = "rekognition", **fields: Any) -> Analysis:
    return Analysis.objects.create(sha256=sha256, analyser=analyser, **fields)


def change(row: Analysis) -> str:
    return f"{LIST}{row.pk}/change/"


def test_a_page_tells_what_was_looked_at_by_what_and_what_was_seen(admin_client: Client) -> None:
    images("photos/beach.jpg", "copy.jpg")
    html = page(admin_client, change(analysis(**SEEN)))
    assert "Analysis of photos/beach.jpg and 1 more with the same file" in html
    for image in Asset.objects.all():
        assert f'<a href="/admin/imagehub/asset/{image.pk}/change/">{image.key}</a>' in html
    for fact in ("a" * 64, "rekognition\nLabelModelVersion 3.0", "Beach &lt;b&gt; 98 %", "Alcohol", "SUMMER SALE"):
        assert f"<dd>{fact}</dd>" in html
    assert "<dd>4 calls, 0.004 USD</dd>" in html
    assert "2 faces, 1 label, 1 moderation label, text" in html


def test_the_reply_is_folded_and_escaped(admin_client: Client) -> None:
    html = page(admin_client, change(analysis(**SEEN)))
    folded = html.partition("<details")[2].partition("</details>")[0]
    assert "&lt;script&gt;alert(1)" in folded
    assert "<script>alert" not in html
    assert "<details open" not in html
    assert "<details" not in page(admin_client, change(analysis("b" * 64)))


def test_a_very_long_reply_is_cut_off(admin_client: Client) -> None:
    row = analysis(reply={"DetectText": ["x" * 2000] * 500})
    assert len(page(admin_client, change(row))) < 300_000


def test_a_failure_says_why_and_can_be_retried(admin_client: Client, sent: list[Message]) -> None:
    row = analysis(state=State.FAILED, error="Allow rekognition:DetectFaces on * in eu-west-1.", calls=1)
    html = page(admin_client, change(row))
    assert "Allow rekognition:DetectFaces on * in eu-west-1." in html
    assert "1 call, 0.001 USD" in html
    assert "Allow rekognition:DetectFaces" in page(admin_client, LIST)
    assert admin_client.post(f"{LIST}{row.pk}/retry/").status_code == 302
    row.refresh_from_db()
    assert row.state == State.QUEUED
    assert sent == [Message("assets.tasks.run_analysis", (row.pk,), waits=False)]


def test_nothing_can_be_added_changed_or_deleted(admin_client: Client) -> None:
    row = analysis(**SEEN)
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.post(change(row), {"state": "queued"}).status_code == 403
    assert admin_client.post(f"{LIST}{row.pk}/delete/").status_code == 403


def test_the_list_names_images_and_what_was_seen(admin_client: Client) -> None:
    images("photos/beach.jpg")
    analysis(**SEEN)
    analysis("b" * 64, "faces", state=State.DONE)
    analysis("c" * 64, state=State.RUNNING)
    html = page(admin_client, LIST)
    for text in (
        "photos/beach.jpg",
        "2 faces, 1 label",
        "the file bbbbbbbb",
        ">nothing<",
        ">free<",
        "4 calls, 0.004 USD",
    ):
        assert text in html


def test_an_analysis_is_found_by_an_images_key_and_by_its_file(admin_client: Client) -> None:
    images("photos/beach.jpg")
    analysis(**SEEN)
    analysis("b" * 64)
    for term, found in (("photos/beach.jpg", "photos/beach.jpg"), ("bbb", "the file bbbbbbbb")):
        html = page(admin_client, f"{LIST}?q={term}")
        assert found in html
        assert "1 analysis" in html
    assert "No analyses match." in page(admin_client, f"{LIST}?q=nothing")


def test_a_list_of_many_costs_no_query_for_each(admin_client: Client) -> None:
    images("photos/beach.jpg")
    analysis(**SEEN)
    one = queries(admin_client, LIST)
    for number in range(40):
        images(f"{number}.jpg", sha256=str(number))
        analysis(str(number), **SEEN)
    assert queries(admin_client, LIST) == one


def test_the_months_calls_are_above_the_list_with_the_day_on_which_they_start_again(
    admin_client: Client, settings: Any
) -> None:
    assert "imagehub-usage" not in page(admin_client, LIST)
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "rekognition"}
    assert "There is no budget: see ANALYSER_MONTHLY_CALLS." in page(admin_client, LIST)
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER_MONTHLY_CALLS": "40000"}
    html = page(admin_client, LIST)
    assert "0 of 40,000 calls, about 0.00 USD." in html
    assert "The count starts again on 1 " in html
    assert '<progress class="imagehub-bar" value="0.0" max="1"' in html
    now = this_month()
    assert now is not None
    AnalyserUsage.objects.create(month=f"{now.month:%Y-%m}", calls=39_998)
    assert "The budget is spent." in page(admin_client, LIST)


def test_who_may_view_images_may_view_analyses_and_others_may_not(client: Client) -> None:
    row = analysis(state=State.FAILED)
    editor(client, "view_asset")
    assert "Retry</button>" not in page(client, change(row))
    assert client.post(f"{LIST}{row.pk}/retry/").status_code == 403


def test_without_the_right_to_view_images_there_are_no_analyses(client: Client) -> None:
    editor(client, "view_preset")
    assert client.get(LIST).status_code == 403


def test_an_empty_list_says_what_is_looked_at(admin_client: Client) -> None:
    assert "Nothing has been looked at yet." in page(admin_client, LIST)
