"""The signing keys as a process has them: read seldom, found when they are new, used while their source is away."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from edge.contract.errors import ServiceUnavailable
from edge.contract.signing import KEEP_SECONDS, KeyRing, SigningKey, no_keys

#: How long an unknown key id, or a source that fails, must wait for the next look.
LOOK_AGAIN_SECONDS = 10
#: The same while there is no key at all, and so no picture that needs one.
_LOOK_SOON_SECONDS = 1
#: How long a visitor waits for a look, in seconds: half of what the template gives viewer-request.
WAIT_SECONDS = 2.5
_AWAITED = "The signing keys have not come yet."

log = logging.getLogger("imagehub.signing")


class SigningKeyCache:
    """The key ring as ``read`` gives it, kept for ``keep`` seconds; safe to share between threads.

    A look runs in a thread of its own, since nothing else bounds a name server, a handshake and a trickle of bytes
    together. Whoever waits for it waits for `WAIT_SECONDS`; what comes later is there for those who ask later.
    """

    def __init__(
        self, read: Callable[[], KeyRing], clock: Callable[[], float] = time.monotonic, keep: float = KEEP_SECONDS
    ) -> None:
        self._read, self._clock, self._keep = read, clock, keep
        self._lock = threading.Lock()
        self._ring: KeyRing | None = None
        self._read_at = self._looked_at = float("-inf")
        self._done = threading.Event()
        self._done.set()
        self._trouble = ""

    def ring(self) -> KeyRing:
        """The keys; `edge.contract.errors.ServiceUnavailable` where none could be had yet."""
        if self._ring is None:
            self._look(_LOOK_SOON_SECONDS)
            self._done.wait(WAIT_SECONDS)
        elif self._clock() - self._read_at >= self._keep and self._look(min(LOOK_AGAIN_SECONDS, self._keep)):
            self._done.wait(WAIT_SECONDS)  # nobody else does: they have keys
        if self._ring is None:
            raise self._unavailable()
        return self._ring

    def find(self, key_id: str) -> SigningKey | None:
        """The key of that id. One that we do not know may be newer than what we have read: we look again.

        Raises `Unavailable` where that look failed, so that nobody can tell whether there is such a key.
        """
        key = self.ring().find(key_id)
        if key is None:
            self._look(LOOK_AGAIN_SECONDS)
            self._done.wait(WAIT_SECONDS)
            key = self.ring().find(key_id)
        if key is None and self._trouble:
            raise self._unavailable()
        return key

    def _look(self, apart: float) -> bool:
        """Begin a look, unless the last one began less than ``apart`` seconds ago or may still come to an end."""
        with self._lock:
            now = self._clock()
            if now - self._looked_at < (apart if self._done.is_set() else LOOK_AGAIN_SECONDS):
                return False
            self._looked_at, self._done, self._trouble = now, threading.Event(), _AWAITED
            look = threading.Thread(target=self._run, args=(now, self._done), name="signing-keys", daemon=True)
        look.start()
        return True

    def _run(self, begun: float, done: threading.Event) -> None:
        try:
            ring = self._read()
        except Exception as error:  # whatever it was: the keys that we have stay good
            log.warning("the signing keys cannot be read: %s: %s", type(error).__name__, error)
            with self._lock:
                if begun == self._looked_at:
                    self._trouble = f"The signing keys cannot be read just now ({type(error).__name__})."
        else:
            with self._lock:
                if begun >= self._read_at:  # else a later look was faster than this one
                    self._ring, self._read_at, self._trouble = ring, begun, ""
        finally:
            done.set()

    def _unavailable(self) -> ServiceUnavailable:
        return no_keys(self._trouble)
