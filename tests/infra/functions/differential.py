"""The handlers on random URLs: ``python -m tests.infra.functions.differential --count 20000 --seed 1``."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from edge.contract.policy import Policy
from infra.functions.build import build
from tests.infra.functions.engines import ENGINES, run_function
from tests.vectors.vectors import SETS, VectorSet
from tests.vectors.wild import wild_cases


def outcome(result: dict[str, Any], policy: Policy) -> dict[str, Any]:
    """What the function returned, as vectors say it."""
    if "statusCode" in result:
        body = json.loads(result["body"]["data"])
        assert body["status"] == result["statusCode"]
        return {"status": body["status"], "code": body["code"]}
    assert result["querystring"] == {}
    uri = result["uri"].replace(f".{policy.rev}/", ".REV/")
    return {"uri": uri, "verified": result["headers"]["x-imagehub-query"]["value"]}


def differences(vectors: VectorSet, engine: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The cases that the function answers otherwise than it must, and how."""
    results = run_function(engine, build(vectors.policy), vectors.cases, vectors.keys)
    found = [outcome(result, vectors.policy) for result in results]
    pairs = zip(vectors.cases, found, strict=True)
    return [(case, each) for case, each in pairs if each != (case.get("function") or VectorSet.wanted(case))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="URLs for each of the policies")
    parser.add_argument("--seed", type=int, default=1, help="of the random URLs")
    parser.add_argument("--engine", choices=ENGINES, default="njs")
    options = parser.parse_args()
    total = 0
    for name in SETS:
        cases = tuple(wild_cases(VectorSet.named(name), options.seed, options.count))
        wrong = differences(VectorSet.named(name, cases), options.engine)
        total += len(wrong)
        print(f"{name}: {len(cases):,} URLs, {len(wrong)} differences", *wrong[:20], sep="\n  ")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
