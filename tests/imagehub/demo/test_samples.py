"""The sample pictures, and the first start's data."""

from __future__ import annotations

import json
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import User
from django.core.management import call_command
from PIL import Image, ImageStat

from assets.models import Asset, Preset
from imagehub.demo import samples
from imagehub.demo.samples import SAMPLES, Sample

_SOON = ("motion/orbit.gif", "image.png", "images/photo.png")


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {sample.key: sample.render() for sample in SAMPLES}


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    settings.IMAGEHUB = {**settings.IMAGEHUB, "STORE": folder.as_uri()}
    originals = {"BACKEND": "assets.storage.DirectoryOriginals", "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "originals": originals}
    return folder


@pytest.fixture
def drawn(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was drawn once is not drawn again."""
    monkeypatch.setattr(Sample, "render", lambda sample: files[sample.key])


def test_the_urls_of_the_contract_have_their_pictures() -> None:
    assert {"images/photo.png", "image.png", "photo.jpg"} <= {sample.key for sample in SAMPLES}
    assert len(SAMPLES) == 6


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
def test_each_is_a_picture_of_the_format_that_its_key_names(files: dict[str, bytes], sample: Sample) -> None:
    with Image.open(BytesIO(files[sample.key])) as picture:
        picture.load()
        ending = {"JPEG": "jpg", "PNG": "png", "GIF": "gif"}[picture.format or ""]
    assert sample.key.endswith(ending)
    assert sample.title
    assert sample.alt_text


def test_they_differ_in_shape(files: dict[str, bytes]) -> None:
    ratios = []
    for body in files.values():
        with Image.open(BytesIO(body)) as picture:
            ratios.append(round(picture.width / picture.height, 2))
    assert {1.5, 0.67, 1.0, 3.0} <= set(ratios)


@pytest.mark.parametrize("key", ["photo.jpg", "coast/panorama.jpg", "people/portrait.jpg", "images/photo.png"])
def test_photographs_have_light_shade_and_detail(files: dict[str, bytes], key: str) -> None:
    with Image.open(BytesIO(files[key])) as picture:
        grey = picture.convert("L")
        assert ImageStat.Stat(grey).stddev[0] > 25
        assert len(picture.convert("RGB").reduce(8).getcolors(1 << 20) or []) > 5000


def test_one_is_transparent_round_its_subject(files: dict[str, bytes]) -> None:
    with Image.open(BytesIO(files["image.png"])) as picture:
        alpha = picture.getchannel("A")
    assert alpha.getpixel((0, 0)) == 0
    assert alpha.getpixel((600, 540)) == 255
    assert any(count for count in alpha.histogram()[20:200])  # a soft shadow


def test_one_moves(files: dict[str, bytes]) -> None:
    with Image.open(BytesIO(files["motion/orbit.gif"])) as picture:
        assert getattr(picture, "n_frames", 1) == 32
        assert picture.info["loop"] == 0
        first = picture.convert("RGB")
        picture.seek(16)
        assert picture.convert("RGB").tobytes() != first.tobytes()


@pytest.mark.parametrize("sample", [sample for sample in SAMPLES if sample.key in _SOON], ids=lambda sample: sample.key)
def test_drawing_again_draws_the_same(files: dict[str, bytes], sample: Sample) -> None:
    assert sample.render() == files[sample.key]


def test_no_module_draws_from_unseeded_chance() -> None:
    for path in Path(samples.__file__).parent.glob("*.py"):
        assert "effect_noise" not in path.read_text()
        assert "import random" not in path.read_text()


def first_start() -> str:
    output = StringIO()
    call_command("demo_data", stdout=output)
    return output.getvalue()


@pytest.mark.django_db
@pytest.mark.usefixtures("drawn")
def test_the_first_start_makes_an_editor_who_can_log_in() -> None:
    name, password = first_start().strip().removeprefix("editor account: name ").split(" password ")
    editor = authenticate(username=name, password=password)
    assert isinstance(editor, User)
    assert (name, editor.is_staff, editor.is_superuser) == ("editor", True, False)
    actions = ("add", "change", "delete", "view")
    may = {f"imagehub.{action}_{model}" for action in actions for model in ("asset", "preset")}
    assert may <= editor.get_all_permissions()
    assert editor.has_perms(["imagehub.view_purge", "imagehub.view_warming"])
    assert not editor.has_module_perms("auth")


@pytest.mark.django_db
@pytest.mark.usefixtures("drawn")
def test_the_first_start_makes_presets_and_uploads_the_samples(store: Path) -> None:
    first_start()
    presets = {preset.name: preset.recipe.slug for preset in Preset.objects.all()}
    assert presets == {
        "thumbnail": "w150_h150_fcover",
        "medium": "w300_h300_fcover",
        "large": "w600_h600_fcover",
    }
    assert {asset.key for asset in Asset.objects.all()} == {sample.key for sample in SAMPLES}
    photo = Asset.objects.get(key="photo.jpg")
    assert (photo.format, photo.width, photo.height, photo.focal) == ("jpeg", 2400, 1600, (270, 540))
    assert photo.created_by == get_user_model().objects.get()
    assert (store / "originals" / "photo.jpg").stat().st_size == photo.bytes


@pytest.mark.django_db
@pytest.mark.usefixtures("drawn")
def test_a_second_start_changes_nothing_and_prints_nothing() -> None:
    first_start()
    Asset.objects.get(key="image.png").delete()
    Preset.objects.filter(name="large").update(width=640)
    before = _everything()
    assert first_start() == ""
    assert _everything() == before


def _everything() -> str:
    models = (get_user_model(), Asset, Preset)
    return json.dumps([list(model.objects.order_by("pk").values()) for model in models], default=str)


@pytest.mark.django_db
@pytest.mark.usefixtures("drawn")
def test_what_is_there_before_the_first_start_stays() -> None:
    Preset.objects.create(name="medium", width=333)
    first_start()
    assert Preset.objects.get(name="medium").width == 333
