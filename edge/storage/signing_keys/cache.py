"""The signing keys as one process caches them: read rarely, again for an unknown key id, and used during outages."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from edge.contract.errors import ServiceUnavailable
from edge.contract.signing import KEEP_SECONDS, KeyRing, SigningKey

#: Seconds between two reads for an unknown key id, or from a source that fails.
LOOK_AGAIN_SECONDS = 10
#: The same while there are no keys at all, so that no signed URL works.
_RETRY_SECONDS = 1
#: How long a visitor waits for a read, in seconds: half of the timeout that the template gives viewer-request.
WAIT_SECONDS = 2.5
_PENDING = "The signing keys have not been read yet. Try again in a moment."

log = logging.getLogger("imagehub.signing")


class SigningKeyCache:
    """The key ring that ``read`` returns, cached for ``keep`` seconds. Safe to share between threads.

    Each read runs in its own thread, because nothing else limits a name server, a handshake and a slow body together.
    A visitor waits for it at most `WAIT_SECONDS`; a later result is there for the next visitors.
    """

    def __init__(
        self, read: Callable[[], KeyRing], clock: Callable[[], float] = time.monotonic, keep: float = KEEP_SECONDS
    ) -> None:
        self._read, self._clock, self._keep = read, clock, keep
        self._lock = threading.Lock()
        self._ring: KeyRing | None = None
        self._read_at = self._started_at = float("-inf")
        self._done = threading.Event()
        self._done.set()
        self._failure = ""

    def ring(self) -> KeyRing:
        """The key ring. Raises `ServiceUnavailable` if it has never been read."""
        if self._ring is None:
            self._start_read(_RETRY_SECONDS)
            self._done.wait(WAIT_SECONDS)
        elif self._clock() - self._read_at >= self._keep and self._start_read(min(LOOK_AGAIN_SECONDS, self._keep)):
            self._done.wait(WAIT_SECONDS)  # the other threads go on with the keys that they have
        if self._ring is None:
            raise self._unavailable()
        return self._ring

    def find(self, key_id: str) -> SigningKey | None:
        """The key of that id. An unknown one may be newer than the last read, so the keys are read again.

        Raises `ServiceUnavailable` if that read failed, since the key may exist.
        """
        key = self.ring().find(key_id)
        if key is None:
            self._start_read(LOOK_AGAIN_SECONDS)
            self._done.wait(WAIT_SECONDS)
            key = self.ring().find(key_id)
        if key is None and self._failure:
            raise self._unavailable()
        return key

    def _start_read(self, interval: float) -> bool:
        """Start a read, unless the last one started less than ``interval`` seconds ago or may still be running."""
        with self._lock:
            now = self._clock()
            if now - self._started_at < (interval if self._done.is_set() else LOOK_AGAIN_SECONDS):
                return False
            self._started_at, self._done, self._failure = now, threading.Event(), _PENDING
            thread = threading.Thread(target=self._run, args=(now, self._done), name="signing-keys", daemon=True)
        thread.start()
        return True

    def _run(self, started_at: float, done: threading.Event) -> None:
        try:
            ring = self._read()
        except Exception as error:  # whatever it is, the keys that we have stay valid
            log.warning("the signing keys cannot be read: %s: %s", type(error).__name__, error)
            with self._lock:
                if started_at == self._started_at:
                    self._failure = f"The signing keys cannot be read ({type(error).__name__}). Try again in a moment."
        else:
            with self._lock:
                if started_at >= self._read_at:  # unless a later read was faster
                    self._ring, self._read_at, self._failure = ring, started_at, ""
        finally:
            done.set()

    def _unavailable(self) -> ServiceUnavailable:
        return ServiceUnavailable.signing_keys(self._failure)
