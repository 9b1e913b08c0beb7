"""``make fuzz MINUTES=10``: Pillow's test images, then mutations, through the engine and origin-response."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.fuzz import campaign, pillow_images
from tests.fuzz.report import Tally
from tests.fuzz.sandbox import Sandbox

FOLDER = Path("var/fuzz")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="minutes of mutations")
    parser.add_argument("--seed", type=int, default=0, help="of the random mutations")
    parser.add_argument("--only", choices=("odd", "mutations"), help="run only Pillow's odd images, or only mutations")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Sandbox() as sandbox, (FOLDER / "outcomes.jsonl").open("w") as log:
        tally = Tally(log)
        if options.only != "mutations":
            campaign.all_jobs(pillow_images.fetched(FOLDER), sandbox, tally)
        if options.only != "odd":
            campaign.sound_seeds(FOLDER, sandbox, tally)
            campaign.mutations(options.minutes * 60, options.seed, FOLDER, sandbox, tally)
    print(tally)
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
