"""The gateway's environment variables."""

from __future__ import annotations

import pytest

from edge.gateway_settings import GatewaySettings, GatewaySettingsError
from tests.edge.gateways import loaded_gateway

BUCKET = "s3://pictures?region=eu-west-1"


@pytest.mark.parametrize(("text", "renders"), [("", True), ("on", True), ("off", False)])
def test_settings_are_read_from_the_environment(text: str, renders: bool) -> None:
    environment = {"IMAGEHUB_STORE": BUCKET, "IMAGEHUB_RENDERING": text, "PATH": "/usr/bin"}
    assert GatewaySettings.read(environment) == GatewaySettings(BUCKET, renders)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "IMAGEHUB_STORE is not set"),
        ({"IMAGEHUB_STORE": "pictures"}, "IMAGEHUB_STORE: 'pictures' is not the location of a store"),
        ({"IMAGEHUB_STORE": BUCKET, "IMAGEHUB_RENDERING": "no"}, "IMAGEHUB_RENDERING is 'no'; it must be on or off"),
        ({"IMAGEHUB_STORE": BUCKET, "IMAGEHUB_SIH": "on"}, "IMAGEHUB_SIH must be a JSON object"),
        ({"IMAGEHUB_RENDERING": "0"}, "IMAGEHUB_STORE is not set.*IMAGEHUB_RENDERING is '0'"),
    ],
)
def test_wrong_settings_stop_the_function_at_its_start(environment: dict[str, str], said: str) -> None:
    with pytest.raises(GatewaySettingsError, match=said):
        GatewaySettings.read(environment)
    with pytest.raises(ValueError, match=said), loaded_gateway(**environment):
        pass
