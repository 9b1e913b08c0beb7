"""The vectors and the Python handler agree. After a change of the contract: ``python -m tests.vectors``."""

from __future__ import annotations

import pytest

from tests.vectors.generate import COUNTS
from tests.vectors.vectors import SETS, VectorSet


@pytest.mark.parametrize("name", SETS)
def test_python_does_what_the_vectors_say(name: str) -> None:
    vectors = VectorSet.load(name)
    assert len(vectors.cases) == COUNTS[name]
    found = ((case, vectors.expected(case)) for case in vectors.cases)
    assert [(case, each) for case, each in found if each != VectorSet.wanted(case)][:3] == []


@pytest.mark.parametrize("name", SETS)
def test_a_set_has_every_outcome_that_its_site_can_have(name: str) -> None:
    codes = {case.get("code", "") for case in VectorSet.load(name).cases}
    signed = {"signature_wrong", "signature_expired"} if SETS[name][1] else {"signing_keys_unavailable"}
    assert codes >= signed | {"", "key_invalid", "parameter_invalid", "parameter_unknown", "signature_missing"}
