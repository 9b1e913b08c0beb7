"""The gateway's settings: environment variables, which a regional Lambda function can have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edge.sih.settings import SihSettings
from edge.storage.objects.location import open_store

STORE, RENDERING = "IMAGEHUB_STORE", "IMAGEHUB_RENDERING"
_ON_OFF = {"": True, "on": True, "off": False}


class GatewaySettingsError(ValueError):
    """An environment variable is missing or wrong; the message names each one and what it must be."""


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """``store`` is the location of the bucket; without ``renders``, replies come from what is stored only."""

    store: str
    renders: bool
    #: The entry for another product's URLs, if it is switched on.
    sih: SihSettings | None = None

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> GatewaySettings:
        """The settings in ``environment``. Raises `GatewaySettingsError`."""
        store, rendering = environment.get(STORE, ""), environment.get(RENDERING, "")
        wrong = [*_wrong_store(store)]
        if rendering not in _ON_OFF:
            wrong.append(f"{RENDERING} is {rendering!r}; it must be on or off.")
        sih = None
        try:
            sih = SihSettings.read(environment)
        except ValueError as error:
            wrong.append(str(error))
        if wrong:
            raise GatewaySettingsError(" ".join(wrong))
        return cls(store, _ON_OFF[rendering], sih)


def _wrong_store(store: str) -> list[str]:
    if not store:
        return [f"{STORE} is not set. It is the bucket's location, such as s3://bucket?region=eu-west-1."]
    try:
        open_store(store)
    except ValueError as error:
        return [f"{STORE}: {error}"]
    return []
