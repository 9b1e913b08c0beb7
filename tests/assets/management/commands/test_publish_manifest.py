"""The command that publishes the manifest."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assets.models import ManifestState, Preset
from edge.storage.objects.store import Store

pytestmark = pytest.mark.django_db(transaction=True)


def publish(*options: str) -> str:
    output = StringIO()
    call_command("publish_manifest", *options, stdout=output)
    return output.getvalue().strip()


def test_what_is_published_is_published_again_by_force_alone(store: Store) -> None:
    Preset.objects.create(name="card", width=300)
    store.delete("config/edge.json")
    assert publish() == "There is nothing to publish. Use --force after loaddata."
    assert publish("--force") == "Published revision 2. Presets with a new revision: card."
    assert publish("--force") == "Published revision 3. All presets were as published."
    ManifestState.objects.update(requested_revision=9)
    assert publish() == "Published."


@pytest.mark.parametrize("options", [(), ("--force",)], ids=["publish", "force"])
def test_storage_that_is_unavailable_is_the_reason(root: Path, options: tuple[str, ...]) -> None:
    ManifestState.objects.create(pk=1, requested_revision=1)
    root.rename(root.with_name("elsewhere"))
    with pytest.raises(CommandError, match=r"^The manifest was not published\. the store's directory does not exist"):
        publish(*options)
