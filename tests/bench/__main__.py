"""``make bench``: prints the table, a line as soon as it is measured."""

from __future__ import annotations

import platform
from os import cpu_count

from tests.bench import demo, edge, tag
from tests.bench.timing import HEADING


def main() -> None:
    print(f"{platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}; ratio = ours / the peer's")
    print(HEADING)
    for part in (edge, tag, demo):
        for row in part.rows():
            print(row, flush=True)


if __name__ == "__main__":
    main()
