"""Deploys a stack with a bucket that others use too: its rules are merged after the stack has a distribution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from infra.deploy.aws import Aws
from infra.deploy.bucket_choice import BucketChoice
from infra.deploy.bucket_documents import KINDS, POLICY
from infra.deploy.change import change_stack
from infra.deploy.change_set import ChangeRequest
from infra.deploy.console import Console
from infra.deploy.existing_bucket import BucketPlan, plan, warn_of_settings
from infra.deploy.stack import StackState, require_stack

#: As long as a distribution's id, so that the size of the policy is known before there is one.
_ANY_DISTRIBUTION = "E" + 13 * "0"


@dataclass(frozen=True)
class SharedBucket:
    aws: Aws
    console: Console
    bucket: BucketChoice
    account: str
    stack: str

    @cached_property
    def _s3(self) -> Any:
        return self.aws.s3_in(self.bucket.region)

    def require_possible(self, values: Mapping[str, str]) -> None:
        """Raises `DeployError` if S3 would not store the merged documents; ``values`` are the stack's parameters."""
        if self.bucket.exists:
            self._plan(_ANY_DISTRIBUTION, values)

    def deploy_with(self, request: ChangeRequest, before: StackState | None, *, may_switch_bucket: bool) -> str:
        """Change the stack, then the bucket, after asking for both. Return the distribution. Raises `DeployError`."""
        if self.bucket.is_shared:
            warn_of_settings(self._s3, self.console, self.bucket.name)
        values = {
            **(before.parameters if before else {}),
            **{k: v for k, v in request.parameters.items() if v is not None},
        }
        distribution = before.outputs["DistributionId"] if before else _ANY_DISTRIBUTION
        lines = self._plan(distribution, values).lines
        change_stack(self.aws, self.console, request, may_switch_bucket=may_switch_bucket, besides=lines)
        after = require_stack(self.aws, self.stack)
        self._plan(after.outputs["DistributionId"], after.parameters).apply(self._s3, self.console)
        return after.outputs["DistributionId"]

    def _plan(self, distribution: str, values: Mapping[str, str]) -> BucketPlan:
        kinds = KINDS if self.bucket.is_shared else (POLICY,)  # the part in its region has all else
        return plan(self._s3, self.bucket.needs(self.stack, self.account, distribution, values), kinds)
