"""The command that flags images after a change of the settings."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.assets.images import make_asset
from tests.assets.review_support import VIOLENCE, decisions, record, turn_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]


def run(*options: str) -> str:
    output = StringIO()
    call_command("flag_images", *options, stdout=output)
    return output.getvalue()


def test_images_are_named_and_flagged(settings: Any) -> None:
    turn_on(settings, MODERATION_LABELS="")
    asset = make_asset("a.jpg")
    record(asset, *VIOLENCE)
    turn_on(settings, MODERATION_LABELS="Violence")
    assert run("--dry-run") == "a.jpg\n1 image would be flagged. Nothing was changed.\n"
    assert decisions(asset) == []
    assert run() == "a.jpg\n1 image flagged.\n"
    assert decisions(asset) == ["open"]
    assert run() == "No image is to be flagged.\n"


def test_without_an_analyser_there_is_nothing_to_flag_by() -> None:
    with pytest.raises(CommandError, match="ANALYSER"):
        run()
