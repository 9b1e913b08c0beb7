"""A network between the command and ministack that can be cut."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit


class Relay:
    """Passes bytes on until a request has ``cut_at`` for the ``nth`` time. Then nobody answers any more."""

    def __init__(self, endpoint: str, cut_at: bytes, nth: int = 1) -> None:
        self._target = (urlsplit(endpoint).hostname or "", urlsplit(endpoint).port or 0)
        self._cut_at, self._left = cut_at, nth
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                self._open += [client, server]
                threading.Thread(target=self._pass_on, args=(client, server, True), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(server, client, False), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_request: bool) -> None:
        with suppress(OSError):
            while body := source.recv(65536):
                if is_request and self._cut_at in body:
                    self._left -= 1
                    if self._left == 0:
                        self.cut()
                        return
                target.sendall(body)
            target.close()
