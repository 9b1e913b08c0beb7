"""The pages that ask before an image is deleted."""

from __future__ import annotations

from assets.models import Asset
from tests.hosts.visits.browsing import editor, page, upload


def confirmations() -> None:
    """What refers to an image is listed, and what protects it keeps it."""
    from articles.models import Article, Cover, Link  # type: ignore[import-not-found]  # an app of this host

    client = editor()
    for name in ("one.jpg", "two.jpg"):
        upload(client, name=name)
    one, two = Asset.objects.order_by("key")
    article = Article.objects.create(title="The <sea>", image=one)
    Link.objects.create(article=article)
    cover = Cover.objects.create(image=two)
    cover.more.add(two)
    chosen = {"action": "delete_selected", "_selected_action": [one.pk, two.pk]}
    for html in (
        page(client, f"/admin/imagehub/asset/{one.pk}/delete/"),
        client.post("/admin/imagehub/asset/", {**chosen, "_selected_action": [one.pk]}).content.decode(),
    ):
        assert f'Article: <a href="/admin/articles/article/{article.pk}/change/">The &lt;sea&gt;</a>' in html
        assert "<li>Articles: <strong>1</strong>, deleted too</li>" in html
        assert "<li>Links: <strong>1</strong>, deleted too</li>" in html
        assert "https://cdn.example/one.jpg" in html
        assert 'data-tone="danger"' in html
    refused = [page(client, f"/admin/imagehub/asset/{two.pk}/delete/")]
    refused.append(client.post("/admin/imagehub/asset/", chosen).content.decode())
    for html in refused:
        assert "1 other needs" in html
        assert "Cover: Cover object (1)" in html
        assert 'data-tone="danger"' not in html
        assert "https://cdn.example/two.jpg" in html
    client.post("/admin/imagehub/asset/", {**chosen, "post": "yes"})
    assert Asset.objects.count() == 2
    Cover.objects.all().delete()
    Article.objects.update(second=two)
    assert "Articles: <strong>1</strong>, kept, but without the image" in page(
        client, f"/admin/imagehub/asset/{two.pk}/delete/"
    )
    client.post(f"/admin/imagehub/asset/{two.pk}/delete/", {"post": "yes"})
    assert Article.objects.get().second is None
    client.post("/admin/imagehub/asset/", {**chosen, "post": "yes"})
    assert not Article.objects.exists()
