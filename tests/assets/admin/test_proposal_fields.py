"""Controls that carry proposals."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from assets.admin.proposal_fields import AltTextInput, NamesField, ProposingTagsField, ProposingTagsInput


def test_any_name_of_a_tag_can_be_chosen_though_it_is_proposed_no_longer() -> None:
    assert NamesField().clean(["Beach", "Old town"]) == ["Beach", "Old town"]
    assert NamesField().clean(None) == []


@pytest.mark.parametrize("names", [["a,b"], [""], ["x" * 51], ["a\u202eb"], [str(number) for number in range(101)]])
def test_what_is_no_name_or_too_much_is_refused(names: list[str]) -> None:
    with pytest.raises(ValidationError):
        NamesField().clean(names)


def test_proposals_stand_below_the_tags_ticked_as_they_were() -> None:
    widget = ProposingTagsInput()
    widget.proposals, widget.accepted, widget.dismissed = ("Beach", "<Dog>"), frozenset({"Beach"}), frozenset({"<Dog>"})
    html = widget.render("tag_names", "sea")
    assert 'value="sea"' in html
    assert '<input type="checkbox" name="accept_tags" value="Beach" checked>' in html
    assert 'name="dismiss_tags" value="&lt;Dog&gt;" checked aria-label="Dismiss &lt;Dog&gt;"' in html
    assert "<Dog>" not in html


def test_without_proposals_and_drafts_there_is_nothing_to_see() -> None:
    assert "checkbox" not in ProposingTagsField().widget.render("tag_names", "")
    assert "draft</span>" not in AltTextInput().render("alt_text", "")


def test_a_draft_stands_below_the_text() -> None:
    widget = AltTextInput()
    widget.draft = "A <dog>."
    html = widget.render("alt_text", "")
    assert "<q data-draft-text>A &lt;dog&gt;.</q>" in html
    assert "</textarea>" in html.partition("<q")[0]
