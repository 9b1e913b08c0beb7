"""``manage.py demo_data``: what the first start creates, and that later starts change nothing."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpRequest

from assets.models import Asset, Collection, Preset
from imagehub.demo.samples import Sample, samples

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    settings.IMAGEHUB = {**settings.IMAGEHUB, "STORE": folder.as_uri()}
    originals = {"BACKEND": "assets.storage.DirectoryOriginals", "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "originals": originals}
    return folder


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {sample.key: sample.render() for sample in samples()}


@pytest.fixture(autouse=True)
def rendered_once(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendering the samples takes seconds; each test gets the same files."""
    monkeypatch.setattr(Sample, "render", lambda sample: files[sample.key])


def run_demo_data(**options: str) -> str:
    """What the command prints."""
    output = StringIO()
    call_command("demo_data", stdout=output, **options)
    return output.getvalue()


def test_the_first_start_prints_a_sentence_with_the_credentials_of_a_new_editor() -> None:
    printed = run_demo_data(site="http://127.0.0.1:8123")
    sentence = r"Sign in at http://127\.0\.0\.1:8123/admin/ as (\S+) with the password (\S+)\n"
    found = re.fullmatch(sentence, printed)
    assert found
    name, password = found.groups()
    editor = authenticate(HttpRequest(), username=name, password=password)
    assert isinstance(editor, User)
    assert (name, editor.is_staff, editor.is_superuser) == ("editor", True, False)
    app = Asset._meta.app_label
    may = {f"{app}.{action}_{model}" for action in ("add", "change", "view") for model in ("asset", "preset")}
    assert {*may, f"{app}.delete_asset"} <= editor.get_all_permissions()
    assert not editor.has_perm(f"{app}.delete_preset"), "presets are archived; deleting takes a right of its own"
    assert editor.has_perms([f"{app}.view_purge", f"{app}.view_warming"])
    assert not editor.has_module_perms("auth")


def test_the_first_start_creates_presets_of_three_shapes_and_uploads_the_samples(store: Path) -> None:
    run_demo_data()
    presets = {preset.name: preset.recipe.slug for preset in Preset.objects.all()}
    assert presets == {
        "square": "w300_h300_fcover",
        "portrait": "w240_h320_fcover",
        "banner": "w600_h200_fcover",
    }
    assert {asset.key for asset in Asset.objects.all()} == {sample.key for sample in samples()}
    photo = Asset.objects.get(key="photo.jpg")
    assert (photo.format, photo.width, photo.height, photo.focal) == ("jpeg", 2400, 1600, (270, 540))
    assert photo.created_by == get_user_model().objects.get()
    assert (store / "originals" / "photo.jpg").stat().st_size == photo.bytes


def test_a_second_start_changes_nothing_and_prints_nothing() -> None:
    run_demo_data()
    Asset.objects.get(key="image.png").delete()
    Preset._base_manager.filter(name="banner").update(width=640)
    before = _everything()
    assert run_demo_data() == ""
    assert _everything() == before


def _everything() -> str:
    models = (get_user_model(), Asset, Collection, Preset)
    return json.dumps([list(model.objects.order_by("pk").values()) for model in models], default=str)


def test_the_samples_are_in_a_collection_that_is_looked_at() -> None:
    Collection.objects.create(name="samples")
    run_demo_data()
    assert set(Asset.objects.values_list("collection__name", "collection__analysed")) == {("samples", False)}
    Asset.objects.all().delete()
    Collection.objects.all().delete()
    get_user_model().objects.all().delete()
    run_demo_data()
    assert set(Asset.objects.values_list("collection__name", "collection__analysed")) == {("Samples", True)}


def test_a_preset_that_exists_before_the_first_start_is_kept() -> None:
    Preset.objects.create(name="square", width=333)
    run_demo_data()
    assert Preset.objects.get(name="square").width == 333
