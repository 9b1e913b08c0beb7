"""Our pages and those of other apps, in whatever theme and on whatever site."""

from __future__ import annotations

import re

from assets.models import Asset, BulkPurge
from tests.hosts.visits.browsing import editor, every_page, page, upload


def every_page_opens() -> None:
    """Every page opens and brings its own style sheet, and a list's action works."""
    client = editor()
    for url, html in every_page(client).items():
        assert "imagehub/base.css" in html, url
    chosen = {"action": "purge_selected", "_selected_action": [Asset.objects.get().pk]}
    before = BulkPurge.objects.count()
    assert "Yes, purge" in client.post("/admin/imagehub/asset/", chosen).content.decode()
    assert client.post("/admin/imagehub/asset/", {**chosen, "post": "yes"}, follow=True).status_code == 200
    assert BulkPurge.objects.count() == before + 1
    chosen["action"] = "delete_selected"
    assert "Yes, delete" in client.post("/admin/imagehub/asset/", chosen).content.decode()
    client.post("/admin/imagehub/asset/", {**chosen, "post": "yes"})
    assert not Asset.objects.exists()


def with_the_hosts_header() -> None:
    for url, html in every_page(editor()).items():
        assert "The host's own header" in html, url


def of_another_app() -> None:
    """What is not ours looks as it does without us."""
    client = editor()
    for url in ("/admin/", "/admin/auth/user/", "/admin/auth/user/add/", "/admin/password_change/"):
        html = page(client, url)
        assert not re.findall(r'(?:href|src)="[^"]*/imagehub/[^"]*\.(?:css|js)"', html), url
        assert "Django administration" in html, url


def two_admin_sites() -> None:
    """Each site's pages link and redirect to that site."""
    client = editor()
    for url, html in every_page(client, "/office/imagehub/").items():
        assert "/office/" in html, url
        assert '"/admin/' not in html, url
    duplicate = upload(client, "/office/imagehub/asset/add/").content.decode()
    assert f'<a href="/office/imagehub/asset/{Asset.objects.get().pk}/change/">' in duplicate
    assert page(client, "/admin/imagehub/asset/")
    # This site has images alone: what would link to a preset or a purge does without the link.
    asset = Asset.objects.get()
    assert page(client, f"/studio/imagehub/asset/{asset.pk}/change/")
    chosen = {"action": "purge_selected", "_selected_action": [asset.pk], "post": "yes"}
    assert "1 image will be purged." in client.post("/studio/imagehub/asset/", chosen, follow=True).content.decode()
