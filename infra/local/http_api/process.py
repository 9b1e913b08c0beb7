"""The local HTTP API as a child process."""

from __future__ import annotations

from pathlib import Path

from infra.local.server_process import ServerProcess

TEMPLATE = Path(__file__).parents[2] / "api.yaml"
#: The token's name in the directory of data.
TOKEN_FILE = "token"  # noqa: S105  # a file's name


class LocalHttpApi(ServerProcess):
    """A context manager that runs the server on a free port; ``url`` says where, and ``token`` is one that it accepts.

    ``store`` is a location that `edge.storage.objects.location` reads, ``data`` a directory, ``options`` are further
    arguments of ``python -m infra.local.http_api``. Raises `RuntimeError` with the server's own error message if it
    does not start.
    """

    url: str

    def __init__(self, *, store: str, data: Path, options: tuple[str, ...] = ()) -> None:
        self._data = data
        super().__init__("infra.local.http_api", data, f"--store={store}", *options)

    def read_greeting(self, words: list[str]) -> None:
        """See `ServerProcess`."""
        self.url = words[3]

    @property
    def token(self) -> str:
        return (self._data / TOKEN_FILE).read_text()
