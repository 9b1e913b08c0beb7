"""What the commands report: exit codes, one family of errors, and AWS's errors as sentences."""

from __future__ import annotations

from enum import IntEnum

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)


class ExitCode(IntEnum):
    """How a command ended, as docs/operations.md lists it."""

    DONE = 0
    ROLLED_BACK = 1
    USAGE = 2
    REFUSED = 3
    DECLINED = 4
    SMOKE_FAILED = 5
    CONNECTION_LOST = 6
    INTERRUPTED = 130


class DeployError(Exception):
    """A command cannot go on. The message says why, and what to do."""

    def __init__(self, message: str, code: ExitCode = ExitCode.REFUSED) -> None:
        super().__init__(message)
        self.code = code


ASK_FOR_RIGHTS = "Ask the account's administrator; infra/deployer-policy.yaml has all rights that a deployment needs."
_LOG_IN = "Log in again (aws sso login, or aws configure) or set AWS_PROFILE, then repeat the command."
_BAD_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_DENIED = {"403", "AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


def aws_error(error: BotoCoreError | ClientError) -> DeployError:
    """Return what to tell about AWS's ``error``."""
    if isinstance(error, HTTPClientError | ConnectionError):
        message = f"AWS cannot be reached: {error}. Check the network, then repeat the command."
        return DeployError(message, ExitCode.CONNECTION_LOST)
    if isinstance(error, NoCredentialsError | PartialCredentialsError | ProfileNotFound):
        return DeployError(f"There are no AWS credentials: {error}. {_LOG_IN}")
    if not isinstance(error, ClientError):
        return DeployError(f"AWS cannot be asked: {error}")
    code, message = error_code(error), error.response["Error"].get("Message", "")
    if code in _BAD_CREDENTIALS:
        return DeployError(f"AWS does not accept the credentials: {message}. {_LOG_IN}")
    if code in _DENIED:
        return DeployError(f"You may not call {error.operation_name}: {message.rstrip('.')}. {ASK_FOR_RIGHTS}")
    return DeployError(f"AWS refused {error.operation_name}: {message or code}")


def error_code(error: ClientError) -> str:
    return error.response["Error"]["Code"]
