"""The part of an image's form that is about tags: those that it has, and those that are proposed."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.core.exceptions import ValidationError

from assets.admin.display import admin_url
from assets.admin.editing_form import EditingForm
from assets.admin.merging import Values
from assets.admin.proposal_fields import AltTextInput, NamesField, ProposingTagsField
from assets.admin.seen_panel import Look, look_at
from assets.admin.sorting_fields import MAX_TAGS
from assets.models import Asset, Tag
from assets.models.named import by_fold, fold, join_names, split_names
from assets.models.rows import primary


class TaggingForm(EditingForm):
    """Tags are one text with commas. What is accepted of the proposals is added to it, and what is dismissed kept."""

    tag_names = ProposingTagsField(
        label="Tags", help_text="Words by which you and others find the image, with commas between them."
    )
    accept_tags = NamesField(label="Proposed tags")
    dismiss_tags = NamesField(label="Dismissed tags")

    lists = ("tag_names",)
    #: Whether new tags may be made. The admin sets it for each request.
    may_add_tags: ClassVar[bool] = True
    #: What was seen in the image, if it is saved.
    look: Look | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "tag_names" not in self.fields:
            return
        if url := admin_url(self.admin_site, "tag", "suggest"):
            self.fields["tag_names"].widget.attrs["data-suggest-url"] = url
        if self.instance.pk:
            self._propose()

    def row_values(self, row: Any) -> Values:
        if "tag_names" not in self.fields:
            return super().row_values(row)
        return {**super().row_values(row), "tag_names": join_names(_tags_of(row))}

    def my_values(self) -> Values:
        tags = {"tag_names": self.cleaned_data["tag_names"]} if "tag_names" in self.cleaned_data else {}
        return {**super().my_values(), **tags}

    def reconcile(self, row: Any) -> None:
        super().reconcile(row)
        if "tag_names" in self.fields:
            self._dismiss(row.dismissed_tags)

    def clean(self) -> dict[str, Any] | None:
        if "tag_names" in self.cleaned_data:
            self._clean_tags()
        return super().clean()

    def _propose(self) -> None:
        self.look = look_at(cast("Asset", self.instance))
        tags: Any = self.fields["tag_names"].widget
        tags.proposals = tuple(self.look.proposed_tags(list(by_fold(split_names(str(self.base["tag_names"]))))))
        if self.is_bound:
            tags.accepted, tags.dismissed = (
                frozenset(self._posted_names(name)) for name in ("accept_tags", "dismiss_tags")
            )
        if "alt_text" in self.fields:
            cast("AltTextInput", self.fields["alt_text"].widget).draft = self.look.alt_draft()

    def _posted_names(self, name: str) -> frozenset[str]:
        widget = self.fields[name].widget
        return frozenset(widget.value_from_datadict(self.data, self.files, self.add_prefix(name)) or ())

    def _clean_tags(self) -> None:
        """Add the accepted ones, and remember the dismissed ones."""
        cleaned = self.cleaned_data
        names = by_fold([*split_names(cleaned["tag_names"]), *cleaned.get("accept_tags", ())])
        known, before = Tag.known(names.values()), by_fold(split_names(str(self.base["tag_names"])))
        new = [name for key, name in names.items() if key not in known and key not in before]
        if new and not self.may_add_tags:
            shown = ", ".join(f"“{name}”" for name in new)
            self.add_error(
                "tag_names",
                ValidationError(f"There is no tag {shown}, and your account may not add tags.", code="new_tag"),
            )
        elif len(names) > MAX_TAGS:
            self.add_error("tag_names", ValidationError(f"Use at most {MAX_TAGS} tags.", code="too_many_tags"))
        else:
            cleaned["tag_names"] = join_names(known[key].name if key in known else name for key, name in names.items())
            self._dismiss(cast("Asset", self.instance).dismissed_tags)

    def _dismiss(self, before: Any) -> None:
        """Only what was seen can be dismissed, so that the row stays small."""
        seen = {fold(thing.name) for thing in self.look.things} if self.look else set()
        mine = {fold(name) for name in self.cleaned_data.get("dismiss_tags", ())} & seen
        cast("Asset", self.instance).dismissed_tags = sorted({*before, *mine})

    def _save_m2m(self) -> None:
        """Add and remove what this form has changed, so that no tag that another editor has just added is lost."""
        super()._save_m2m()  # type: ignore[misc]  # Django's own, which the stubs do not know
        if (tags := self.cleaned_data.get("tag_names")) is None:
            return
        image = cast("Asset", self.instance)
        before, wanted = (by_fold(split_names(text)) for text in (self.base["tag_names"], tags))
        image.tags.remove(*Tag.known(before[key] for key in before.keys() - wanted.keys()).values())
        image.tags.add(*(Tag.obtain(wanted[key]) for key in sorted(wanted.keys() - before.keys())))


def _tags_of(row: Asset) -> list[str]:
    """From the database that is written to: a replica may lag behind the lock of the row."""
    return list(primary(Tag).filter(assets=row.pk).values_list("name", flat=True)) if row.pk else []
