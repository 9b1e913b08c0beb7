"""The options of `img_url`: the values that are accepted, and the error for all others."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils.safestring import SafeString

from assets.image_options import OPTIONS, ImageOptionError, PresetMissing, parse_preset
from assets.links import img_url
from assets.models import Preset
from edge.contract.recipe import Recipe, make_recipe
from edge.contract.signing import KeyRing
from tests.assets.link_support import Image, authorised

pytestmark = pytest.mark.usefixtures("cdn_test")


@pytest.mark.parametrize("width", [300, "300", SafeString("300"), Decimal(300), Decimal("300.0"), 300.0, "0300"])
def test_numbers_can_have_any_type(width: object) -> None:
    assert img_url(Image(), width) == "https://cdn.test/photos/beach.jpg?w=300&v=1f2e3d4c"


def test_none_and_empty_options_are_ignored() -> None:
    nothing: dict[str, Any] = dict.fromkeys(OPTIONS, "")
    assert img_url(Image(), 300, **nothing) == img_url(Image(), 300)
    assert img_url(Image(), 300, **dict.fromkeys(OPTIONS)) == img_url(Image(), 300)


@pytest.mark.parametrize("gravity", ["0.31,0.42", (0.31, 0.42), [0.31, 0.42], (Decimal("0.31"), "0.42")])
def test_a_gravity_can_be_a_point(signing: KeyRing, gravity: object) -> None:
    _, what = authorised(img_url(Image(), 300, height=300, gravity=gravity), signing)
    assert what == make_recipe({"width": 300, "height": 300, "gravity": (310, 420)})


def test_a_point_with_many_digits_is_rounded_to_per_mille(signing: KeyRing) -> None:
    _, what = authorised(img_url(Image(), 300, height=300, gravity=(0.1 + 0.2, 1 / 3)), signing)
    assert what == make_recipe({"width": 300, "height": 300, "gravity": (300, 333)})


@pytest.mark.parametrize(
    ("options", "meant"),
    [
        ({"gravity": "face"}, {"gravity": "face"}),
        ({"gravity": "face", "face": "2"}, {"gravity": "face", "face": 2}),
        ({"gravity": "faces", "pad": 0}, {"gravity": "faces", "pad": 0}),
        ({"gravity": "faces", "pad": Decimal("30.0"), "face": None}, {"gravity": "faces", "pad": 30}),
        ({"gravity": "center", "pad": 30, "face": 2}, {"gravity": "center"}),
    ],
)
def test_a_crop_can_keep_faces(signing: KeyRing, options: dict[str, Any], meant: dict[str, Any]) -> None:
    _, what = authorised(img_url(Image(), 300, height=300, **options), signing)
    assert what == make_recipe({"width": 300, "height": 300, **meant})


@pytest.mark.parametrize(
    ("options", "listed"),
    [
        ({"heigth": 200}, "img_url has no option heigth. It has height fit gravity face pad format quality preset."),
        (
            {"width": 200},
            r"no option width\. .* Write the width directly after the photo, without a name\.",
        ),
        ({"fit": "crop"}, "fit=crop is not valid. fit must be one of cover contain fill inside outside"),
        ({"gravity": "left"}, "gravity must be one of focal center north .*, or a point such as 0.31,0.42"),
        ({"gravity": (310, 420)}, "or a point such as 0.31,0.42"),
        ({"gravity": (0.5,)}, "or a point such as 0.31,0.42"),
        ({"gravity": (float("nan"), 0.5)}, "or a point such as 0.31,0.42"),
        (
            {"gravity": "eyes"},
            r"gravity=eyes is not valid\. gravity must be one of focal .* auto face faces, or a point",
        ),
        ({"face": 0}, r"face=0 is not valid\. face must be a number from 1, the largest face, to 32"),
        ({"face": 33}, "face must be a number from 1, the largest face, to 32"),
        ({"face": "second"}, "face=second is not valid"),
        ({"pad": -1}, r"pad=-1 is not valid\. pad must be a number from 0 to 500"),
        ({"pad": "30%"}, "pad=30% is not valid"),
        ({"pad": [30]}, r"pad=\[30\] is not valid\. pad must be a number from 0 to 500"),
        ({"format": "jpg"}, "format=jpg is not valid. format must be one of auto avif webp jpeg png gif"),
        ({"quality": 0}, "quality must be a number from 1 to 100"),
        ({"quality": 101}, "quality must be a number from 1 to 100"),
        ({"height": "tall"}, "height=tall is not valid. height must be a height in pixels"),
        ({"height": -1}, "height must be a height in pixels"),
        ({"height": 150.5}, "height must be a height in pixels"),
        ({"height": True}, "height must be a height in pixels"),
        ({"height": 5000}, "h=5000 is too large. h must be at most 4096"),
        ({"height": [300]}, r"height=\[300\] is not valid. height must be a height in pixels"),
        ({"quality": {}, "height": {1}}, r"height=\{1\} is not valid"),
        ({"gravity": ([1], 2)}, r"gravity=\(\[1\], 2\) is not valid\. gravity must be one of focal center"),
        ({"fit": ["cover"]}, r"fit=\['cover'\] is not valid\. fit must be one of cover"),
        ({"format": ["webp"]}, r"format=\['webp'\] is not valid. format must be one of auto"),
        ({"preset": ["card"]}, "preset must be a preset or the name of one, not list"),
        ({"preset": 7}, "preset must be a preset or the name of one, not int"),
        (
            {"preset": Preset(name="card"), "height": 3},
            "preset cannot be combined with a size. The only option .* is format",
        ),
    ],
)
def test_an_invalid_option_is_an_error_that_lists_the_valid_ones(
    signing: KeyRing, options: dict[str, Any], listed: str
) -> None:
    with pytest.raises(ImageOptionError, match=listed):
        img_url(Image(), **options)


def test_a_width_that_is_a_list_is_an_error() -> None:
    with pytest.raises(ImageOptionError, match=r"width=\[300\] is not valid\. width must be a width in pixels"):
        img_url(Image(), [300])


def test_true_is_not_a_number_even_if_1_is_cached() -> None:
    assert img_url(Image(), 50)
    with pytest.raises(ImageOptionError, match="width must be"):
        img_url(Image(), True)


@pytest.mark.django_db
def test_a_preset_has_its_current_revision_in_the_url() -> None:
    Preset._base_manager.bulk_create([Preset(name="card", revision=3)])
    assert img_url(Image(), preset="card") == "https://cdn.test/photos/beach.jpg?p=card.3&v=1f2e3d4c"
    assert img_url(Image(), preset="card", format="webp").endswith("?p=card.3&f=webp&v=1f2e3d4c")


def test_a_preset_object_can_be_passed() -> None:
    assert img_url("image.png", preset=Preset(name="card", revision=4)) == "https://cdn.test/image.png?p=card.4"


@pytest.mark.django_db
def test_an_unknown_preset_is_an_error_that_lists_the_presets() -> None:
    Preset._base_manager.bulk_create([Preset(name="medium"), Preset(name="card")])
    with pytest.raises(PresetMissing, match=r"^The preset crad does not exist\. The presets are card medium\.$"):
        parse_preset("crad", Recipe())
