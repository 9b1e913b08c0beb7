"""Every answer that is not a picture: one small family of classes, each with a status, a code and a message."""

from __future__ import annotations

from typing import ClassVar


class EdgeError(Exception):
    """An answer for the visitor: its HTTP ``status``, a stable ``code``, and what would be right."""

    status: ClassVar[int] = 500

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def as_dict(self) -> dict[str, int | str]:
        return {"status": self.status, "code": self.code, "message": self.message}


class BadRequest(EdgeError):
    """The URL cannot be understood."""

    status = 400

    @classmethod
    def parameter(cls, name: str, text: str, allowed: str) -> BadRequest:
        """``text`` is none of the values that the parameter ``name`` takes."""
        return cls("parameter_invalid", f"{name}={shortened(text)} is not understood: {name} takes {allowed}.")


def shortened(text: str) -> str:
    """As much of what a visitor wrote as an answer repeats."""
    return text if len(text) <= 40 else text[:40] + "…"


class Forbidden(EdgeError):
    """A signature is missing, wrong or out of date."""

    status = 403


class NotFound(EdgeError):
    """There is no such original or preset."""

    status = 404


class SourceRefused(EdgeError):
    """The original is of a kind that is not taken, is damaged, or is too big.

    415 and not 413 or 422, which CloudFront would never cache:
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
    """

    status = 415

    @classmethod
    def unsupported(cls, message: str) -> SourceRefused:
        return cls("source_unsupported", message)

    @classmethod
    def damaged(cls, message: str) -> SourceRefused:
        return cls("source_damaged", message)

    @classmethod
    def too_large(cls, message: str) -> SourceRefused:
        return cls("source_too_large", message)


class InternalError(EdgeError):
    """Our own fault. The message never says more than the visitor may know."""

    status = 500


class ServiceUnavailable(EdgeError):
    """Something that we need (the store, the signing keys) does not answer just now."""

    status = 503
