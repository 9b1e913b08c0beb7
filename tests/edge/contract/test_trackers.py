"""Parameters that say where a visitor came from."""

from __future__ import annotations

import pytest

from edge.contract.policy import load_policy
from edge.contract.recipe import FIELDS
from edge.contract.trackers import TABLE, is_tracker
from edge.contract.url import OTHER_PARAMETERS, parse_url

_SPELLINGS = [spelling for spellings in TABLE.values() for spelling in spellings]


@pytest.mark.parametrize("spelling", _SPELLINGS)
def test_each_is_dropped(spelling: str) -> None:
    name = spelling.replace("*", "source")
    assert parse_url("/a.jpg", f"w=300&{name}=x-1.2", load_policy()) == parse_url("/a.jpg", "w=300", load_policy())


@pytest.mark.parametrize(
    "name", ["srsltid", "msclkid", "gad_source", "gad_campaignid", "_gl", "gbraid", "wbraid", "ttclid", "mc_eid"]
)
def test_todays_click_ids_are_among_them(name: str) -> None:
    assert is_tracker(name)


def test_none_is_a_parameter_of_ours_or_the_start_of_one() -> None:
    ours = {spelling for each in (*FIELDS, *OTHER_PARAMETERS) for spelling in (each.short, each.name)}
    assert not any(is_tracker(spelling) for spelling in ours)
    assert len(_SPELLINGS) == len(set(_SPELLINGS))


@pytest.mark.parametrize("name", ["utm", "gclid2", "GCLID", "wg", "x_", ""])
def test_others_are_not(name: str) -> None:
    assert not is_tracker(name)
