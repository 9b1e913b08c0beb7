"""Parts of a stack in other regions that are there without it, since its creation failed or its removal stopped."""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from infra.deploy.aws import REGION, Aws
from infra.deploy.messages import error_code
from infra.deploy.shield_regions import NEAREST, SHIELD_REGIONS
from infra.deploy.stack import StackState, find_stack

#: What CloudFormation says in a region that the account has not enabled:
#: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
_NOT_ENABLED = ("InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "OptInRequired")
#: Each part has these parameters. Another program's stack of the same name has not.
_PARAMETERS = {"CreateSigningSecret", "ExistingBucket"}


def orphaned_parts(stack: str) -> Iterator[tuple[Aws, StackState]]:
    """Yield the parts of that name, with the clients of their region."""
    for region in sorted((SHIELD_REGIONS | NEAREST.keys()) - {REGION}):
        aws = Aws(region)
        found = _find(aws, stack)
        if found and found.is_deployed and found.parameters.keys() >= _PARAMETERS:
            yield aws, found


def _find(aws: Aws, stack: str) -> StackState | None:
    try:
        return find_stack(aws, stack)
    except ClientError as error:
        if error_code(error) in _NOT_ENABLED:
            return None
        raise
