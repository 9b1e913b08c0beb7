"""Write the shared vectors again, after a change of the contract: ``python -m tests.vectors``."""

from __future__ import annotations

import json

from tests.vectors.generate import COUNTS, cases
from tests.vectors.vectors import FOLDER, VectorSet

if __name__ == "__main__":
    for name, count in COUNTS.items():
        vectors = VectorSet.named(name)
        lines = (json.dumps(case, ensure_ascii=True) for case in cases(vectors, count))
        (FOLDER / f"{name}.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
        print(FOLDER / f"{name}.json")
