"""What the stack has."""

from __future__ import annotations

from tests.infra.deploy.conftest import Deployment


def test_the_status_shows_the_outputs_and_the_deployed_build(deployment: Deployment) -> None:
    deployment.deployed()
    digest = deployment.out.split("Build ", 1)[1][:16]
    assert deployment.run("status") == 0
    assert deployment.out.startswith(f"{deployment.stack}: CREATE_COMPLETE\n")
    for value in (*deployment.outputs().values(), f"build                   {digest}\n"):
        assert value in deployment.out
