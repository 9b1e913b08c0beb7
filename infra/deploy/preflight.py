"""What is checked before anything is created: who you are, your rights, regions, names and quotas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.aws import REGION, Aws
from infra.deploy.console import Console
from infra.deploy.messages import ASK_FOR_RIGHTS, DeployError

#: The quota of each kind of policy; a stack needs one of each.
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
_POLICY_QUOTA = 20
#: New accounts have as few as ten, and one page of images can need more.
#: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_FEW_CONCURRENT_FUNCTIONS = 100


def check_account(aws: Aws, console: Console, stack: str) -> str:
    """Return the account's number. Raises `DeployError` if the credentials lack a right that every deployment needs."""
    caller = aws.sts.get_caller_identity()
    account, arn = str(caller["Account"]), caller["Arn"]
    console.facts |= {"account": account, "region": REGION, "stack": stack}
    console.say(f"Stack {stack} in account {account}, region {REGION}, as {arn.rpartition(':')[2]}.")
    try:
        principal = _principal(aws, arn)
        rights = _rights(account, stack) if principal else {}
        denied = [each for resource, actions in rights.items() for each in _denied(aws, principal, resource, actions)]
    except ClientError as error:
        console.warn(f"Your rights cannot be checked in advance: {error.response['Error'].get('Message', '')}")
        return account
    if denied:
        raise DeployError(
            f"{principal.rpartition(':')[2]} lacks rights for this stack: {', '.join(denied)}. {ASK_FOR_RIGHTS}"
        )
    return account


def _principal(aws: Aws, arn: str) -> str:
    """The ARN of the user or role; empty for the account's root, who may do everything."""
    if ":assumed-role/" in arn:
        role = arn.split("/")[1]
        return str(aws.iam.get_role(RoleName=role)["Role"]["Arn"])
    return arn if ":user/" in arn else ""


def _rights(account: str, stack: str) -> Mapping[str, tuple[str, ...]]:
    """For resources as this stack has them: a sample of what CloudFormation does with the caller's rights."""
    return {
        f"arn:aws:cloudformation:{REGION}:{account}:stack/{stack}/x": (
            "cloudformation:CreateChangeSet",
            "cloudformation:ExecuteChangeSet",
            "cloudformation:DeleteStack",
        ),
        f"arn:aws:lambda:{REGION}:{account}:function:{stack}-x": (
            "lambda:CreateFunction",
            "lambda:UpdateFunctionCode",
            "lambda:PublishVersion",
        ),
        f"arn:aws:iam::{account}:role/{stack}-x": ("iam:CreateRole", "iam:PutRolePolicy", "iam:PassRole"),
        f"arn:aws:cloudfront::{account}:distribution/x": (
            "cloudfront:CreateDistribution",
            "cloudfront:UpdateDistribution",
        ),
        f"arn:aws:logs:{REGION}:{account}:log-group:/imagehub/{stack}": (
            "logs:CreateLogGroup",
            "logs:PutRetentionPolicy",
        ),
    }


def _denied(aws: Aws, principal: str, resource: str, actions: tuple[str, ...]) -> Iterator[str]:
    reply = aws.iam.simulate_principal_policy(
        PolicySourceArn=principal, ActionNames=list(actions), ResourceArns=[resource]
    )
    for result in reply["EvaluationResults"]:
        # A condition on a value that is known only during the deployment is not a refusal.
        if result["EvalDecision"] != "allowed" and not result.get("MissingContextValues"):
            yield result["EvalActionName"]


def check_certificate(parameters: Mapping[str, str | None]) -> None:
    """Raises `DeployError` if CloudFront could not use the certificate."""
    arn = parameters.get("CertificateArn") or ""
    if arn and arn.split(":")[3:4] != [REGION]:
        raise DeployError(
            f"CertificateArn is {arn}, but CloudFront uses certificates of {REGION} only. Create one there."
        )


def check_quotas(aws: Aws, console: Console) -> None:
    """Warn of quotas that a new stack would reach. AWS raises them on request, and only it knows to what."""
    for kind in ("cache", "origin_request", "response_headers"):
        lister: Any = getattr(aws.cloudfront, f"list_{kind}_policies")
        words = kind.replace("_", " ")
        page = next(value for name, value in lister(Type="custom").items() if name != "ResponseMetadata")
        if page["Quantity"] >= _POLICY_QUOTA:
            console.warn(
                f"The account has {page['Quantity']} {words} policies, and {_POLICY_QUOTA} are allowed by default. "
                "Unless AWS raised that quota, the stack cannot be created."
            )
    check_concurrency(aws, console)


def check_concurrency(aws: Aws, console: Console) -> None:
    """Warn if the account may run few functions in the region of ``aws``: each region has a quota of its own."""
    limit = aws.functions.get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    if limit < _FEW_CONCURRENT_FUNCTIONS:
        console.warn(
            f"The account may run {limit} functions at once in {aws.region}, so visitors would get errors. Ask for "
            "more under Service Quotas, AWS Lambda, Concurrent executions."
        )
