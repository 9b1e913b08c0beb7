"""Files that are sent to a host's own views and to ours."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.hosts.visits.browsing import editor, upload


def of_other_apps() -> None:
    """Another view's file arrives whole, though it is larger than an image may be, and so do two at once."""
    client = editor()
    big = bytes(4 << 20)
    for count in (1, 2):
        files = [SimpleUploadedFile(f"{number}.zip", big) for number in range(count)]
        assert client.post("/documents/", {"file": files}).json() == [len(big)] * count
    response = upload(client)
    assert "photo.jpg is larger than " in response.content.decode()
