"""The page for the second of two editors: both values of each part that differs, and a choice for each.

The page sends the whole form again, now made from the row as the other editor left it. Where the editor chose the
other's value, the form has that value, which is then no change of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from assets.admin.display import admin_url, moment
from assets.admin.editing_form import MADE_FROM
from assets.admin.merging import EditConflict, Part, Values, parse, plain, spell
from edge.contract.values import Point

#: Before the names of a part's fields in the name of its choice, and before a file field's in that of its kept file.
CHOOSE, KEPT = "_choose-", "_kept-"
_THEIRS = "theirs"


@dataclass(frozen=True)
class Picture:
    """An image to choose by. The focal point is in pixels of ``width`` and ``height``."""

    url: str
    width: int
    height: int
    focal: tuple[int, int] | None = None

    @property
    def radius(self) -> int:
        return max(self.width, self.height) // 24


def picture(url: str, width: int, height: int, focal: Point | None) -> Picture:
    """A `Picture` with its focal point in per mille."""
    where = (width * focal[0] // 1000, height * focal[1] // 1000) if focal else None
    return Picture(url, width, height, where)


@dataclass(frozen=True)
class Side:
    """One editor's value of a part, as text and perhaps as a picture."""

    choice: str
    who: str
    texts: list[str] = field(default_factory=list)
    picture: Picture | None = None


#: A picture of a part as the form (True) or the row has it.
Draw = Callable[[Part, bool], Picture | None]


def apply_choices(request: HttpRequest) -> None:
    """Put the chosen values into the request's form. Without a choice the other editor's value stays."""
    choices = {name: value for name, value in request.POST.items() if name.startswith(CHOOSE)}
    if not choices:
        return
    posted, base = request.POST.copy(), parse(request.POST.get(MADE_FROM, ""))
    for name, choice in choices.items():
        if choice == _THEIRS:
            _take(posted, name.removeprefix(CHOOSE).split(","), base)
    request.POST = posted  # type: ignore[assignment]  # the stubs want an immutable one


def render(model_admin: Any, request: HttpRequest, found: EditConflict, draw: Draw) -> HttpResponse:
    """The page itself, or what was typed if the row is gone."""
    form, row = found.form, found.row
    who = _who(request, row)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"{row or form.instance} was {'changed' if row else 'deleted'} while you were editing it",
        "opts": model_admin.opts,
        "media": model_admin.media,
        "who": who,
        "when": moment(row.updated_at) if row else "",
        "hidden": _hidden(request, found),
        "questions": [_question(form, row, part, who, draw) for part in found.merge.questions],
        "taken": [(part.label, ", ".join(_texts(form, part, _values(form, row)))) for part in found.merge.theirs],
        "merged": _merged(form, row) if row else [],
        "typed": [] if row else _typed(form),
        "list_url": admin_url(model_admin.admin_site, str(model_admin.opts.model_name), "changelist"),
    }
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, "imagehub/admin/edit_conflict.html", context)


def _take(posted: QueryDict, names: list[str], base: Values) -> None:
    for name in names:
        posted[name] = _raw(base.get(name))
        posted.pop(f"{KEPT}{name}", None)


def _raw(value: Any) -> str:
    """``value`` as a form sends it."""
    return "on" if value is True else "" if value is None or value is False else str(value)


def _hidden(request: HttpRequest, found: EditConflict) -> list[tuple[str, Any]]:
    """The form as it was sent, but made from the row as it is now."""
    if found.row is None:
        return []
    posted, now = request.POST.copy(), _values(found.form, found.row)
    for part in found.merge.theirs:
        _take(posted, list(part.fields), now)
    for name, merged in found.form.merged_lists(found.row).items():
        posted[name] = merged
    posted[MADE_FROM] = spell(now)
    left_out = {"csrfmiddlewaretoken", *(name for name in posted if name.startswith(CHOOSE))}
    return [(name, value) for name, values in posted.lists() if name not in left_out for value in values]


def _who(request: HttpRequest, row: Any) -> str:
    if row is None or row.updated_by is None:
        return "Somebody"
    return "You, in another window," if row.updated_by == request.user else str(row.updated_by)


def _values(form: Any, row: Any) -> dict[str, Any]:
    return plain(form.row_values(row))


def _merged(form: Any, row: Any) -> list[tuple[str, str]]:
    """The lists that the other editor has changed, as they will be."""
    merged, now = form.merged_lists(row), form.row_values(row)
    return [(str(form.fields[name].label), text) for name, text in merged.items() if now[name] != form.base[name]]


def _question(form: Any, row: Any, part: Part, who: str, draw: Draw) -> dict[str, Any]:
    files = [str(form.cleaned_data[name].name) for name in part.fields if name in form.files]
    mine = Side("mine", "Yours", [*files, *_texts(form, part, plain(form.my_values()))], draw(part, True))
    other = "In the other window" if who.startswith("You,") else who
    theirs = Side(_THEIRS, other, _texts(form, part, _values(form, row)), draw(part, False))
    return {"name": CHOOSE + ",".join(part.fields), "label": part.label, "sides": [mine, theirs]}


def _texts(form: Any, part: Part, values: Values) -> list[str]:
    """Each field's value; with its label if the part has several."""
    found = []
    for name in part.fields:
        if name in form.fields and (text := _text(form, name, values.get(name))):
            found.append(text if len(part.fields) == 1 else f"{form.fields[name].label}: {text}")
    return found


def _text(form: Any, name: str, value: Any) -> str:
    field = form.fields[name]
    if isinstance(field, forms.FileField):
        return ""
    if isinstance(field, forms.ModelChoiceField):
        rows: Any = field.queryset
        value = str(rows.filter(pk=value).first() or "")
    labels = {True: "yes", False: "no", None: "empty", "": "empty"}
    return labels.get(value, str(value)) if value is None or isinstance(value, bool | str) else str(value)


def _typed(form: Any) -> list[tuple[str, str]]:
    mine = plain(form.my_values())
    return [(str(form.fields[name].label), _text(form, name, mine[name])) for name in form.changed_data if name in mine]
