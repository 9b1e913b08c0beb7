"""The CloudFront Function and the Python handler agree on random URLs, most of which are not valid."""

from __future__ import annotations

import pytest

from tests.infra.functions.differential import differences
from tests.infra.functions.engines import ENGINES
from tests.vectors.vectors import SETS, VectorSet
from tests.vectors.wild import wild_cases


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SETS)
def test_the_function_does_what_the_python_handler_does(name: str, engine: str) -> None:
    cases = tuple(wild_cases(VectorSet.named(name), seed=0, count=1000))
    assert sum("uri" in case for case in cases) > 20
    assert differences(VectorSet.named(name, cases), engine)[:3] == []
