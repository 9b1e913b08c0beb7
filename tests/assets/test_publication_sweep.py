"""What a sweep publishes after a crash or an outage, and which received files it deletes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assets import tasks
from assets.models import Purge
from assets.publication_sweep import sweep
from edge.contract.original import OriginalFacts
from edge.storage.objects.store import Store
from tests.assets.images import image_file, make_asset
from tests.assets.publication_support import facts, facts_of, unwritable
from tests.deployment import Deployment

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_sweep_publishes_what_an_outage_left(root: Path, store: Store) -> None:
    with unwritable(root / "originals"):
        asset = make_asset()
    tasks.sweep()
    assert facts(store) == facts_of(asset)
    assert not Purge.objects.exists(), "nobody has seen another version"


_KILLED = (
    "import os; from pathlib import Path; from django.core.files.base import ContentFile; "
    "from assets import publication; "
    "publication.{point} = lambda *_, **__: os._exit(0); "
    "asset = Asset.objects.first() or Asset(key='a.jpg'); "
    "asset.original = ContentFile(Path({file!r}).read_bytes(), name='x'); asset.save()"
)


@pytest.mark.parametrize("point", ["find_original", "_put", "_record"])
def test_a_process_that_is_killed_while_it_publishes_is_followed_by_the_sweep(point: str, tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    versions = []
    for colour in ("teal", "red"):
        (tmp_path / f"{colour}.jpg").write_bytes(image_file(colour=colour))
        deployment.django(_KILLED.format(point=point, file=os.fspath(tmp_path / f"{colour}.jpg")))
        assert deployment.query("select state from imagehub_asset") == ["publishing"]
        deployment.django("from assets.publication_sweep import sweep; sweep()")
        assert deployment.query("select state, incoming from imagehub_asset") == ["published", ""]
        versions += deployment.query("select version from imagehub_asset")
        assert facts(deployment.store, "a.jpg") == OriginalFacts(
            versions[-1],
            size=(60, 40),
            placeholder=deployment.query("select placeholder from imagehub_asset")[0],
        )
    assert deployment.query("select count(*) from imagehub_purge where action = 'delete_variants'") == [1]
    assert [name for name in deployment.store.list("") if not name.startswith("config/")] == ["originals/a.jpg"]


def test_received_files_that_no_row_needs_are_deleted_after_a_day(root: Path, store: Store) -> None:
    with unwritable(root / "originals"):
        make_asset()
    needed = list(store.list("incoming/"))
    for name in ("old", "new"):
        store.put(f"incoming/{name}", b"", content_type="image/jpeg")
    for name in (*needed, "incoming/old"):
        _make_old(root, name)
    with unwritable(root / "originals"):
        sweep()
    assert sorted(store.list("incoming/")) == sorted([*needed, "incoming/new"])


def _make_old(root: Path, name: str) -> None:
    """Change the time in the directory's own record of the object."""
    sidecar = root / ".meta" / name
    text = sidecar.read_text()
    start = text.index('"last_modified": "') + len('"last_modified": "')
    sidecar.write_text(f"{text[:start]}2001{text[start + 4 :]}")
