"""``python -m imagehub.demo.rekognition [behaviour]``: the stand-in until Ctrl-C; it prints its address."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress

from imagehub.demo.rekognition.replies import Behaviour
from imagehub.demo.rekognition.server import serving


def main(behaviour: str = Behaviour.NORMAL.name) -> None:
    """``behaviour`` is the name of one, in any case."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), serving(Behaviour[behaviour.upper()]) as stand_in:
        print(stand_in.url, flush=True)
        stand_in.closed.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
