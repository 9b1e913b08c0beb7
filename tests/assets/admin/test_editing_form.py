"""A form carries the values that it was made from, and a draft comes back as it was typed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.forms import modelform_factory
from django.http import QueryDict

from assets.admin.editing_form import EditingForm
from assets.admin.merging import EditConflict
from assets.models import Preset

pytestmark = pytest.mark.django_db

Form: Any = modelform_factory(Preset, form=EditingForm, fields=["width", "up"])


def test_a_form_of_a_row_carries_its_values() -> None:
    row = Preset.objects.create(name="card", width=300)
    assert json.loads(Form(instance=row).made_from) == {"up": False, "width": 300}
    assert Form().made_from == ""


def test_only_what_the_editor_touched_counts_as_changed() -> None:
    row = Preset.objects.create(name="card", width=300)
    older = QueryDict(mutable=True)
    older.update({"width": "200", "_made_from": '{"width": 200, "up": true, "name": "x"}'})
    assert Form(older, instance=row).changed_data == ["up"]


def test_a_deleted_row_is_a_conflict() -> None:
    row = Preset.objects.create(name="card", width=300)
    form = Form({"width": "200"}, instance=row)
    assert form.is_valid()
    with pytest.raises(EditConflict):
        form.reconcile(None)


def test_a_draft_is_shown_with_its_mistakes_and_without_messages() -> None:
    form = type("Draft", (Form,), {"draft": QueryDict("width=many&up=on")})()
    assert (form["width"].value(), form["up"].value(), form.errors) == ("many", True, {})
