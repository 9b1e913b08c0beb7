"""Every reply that is not an image: one small family of errors, each with a status, a code and a message."""

from __future__ import annotations

from typing import ClassVar


class EdgeError(Exception):
    """A reply to the visitor: its HTTP ``status``, a stable ``code``, and a ``message`` that says what to do."""

    status: ClassVar[int] = 500

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def as_dict(self) -> dict[str, int | str]:
        """The JSON body of the reply."""
        return {"status": self.status, "code": self.code, "message": self.message}


class BadRequest(EdgeError):
    """The URL cannot be understood."""

    status = 400

    @classmethod
    def parameter(cls, name: str, text: str, allowed: str) -> BadRequest:
        """``text`` is not one of the values that the parameter ``name`` accepts."""
        return cls("parameter_invalid", f"{name}={shortened(text)} is not valid. {name} must be {allowed}.")


def shortened(text: str) -> str:
    """At most 40 characters of a visitor's text, for a message."""
    return text if len(text) <= 40 else text[:40] + "…"


class Forbidden(EdgeError):
    """A signature is missing, wrong or expired."""

    status = 403


class NotFound(EdgeError):
    """There is no such original or preset."""

    status = 404


class MethodNotAllowed(EdgeError):
    """An image can be requested with GET and HEAD only. CloudFront itself refuses other methods."""

    status = 405

    @classmethod
    def only_reading(cls, method: str) -> MethodNotAllowed:
        return cls("method_not_allowed", f"{shortened(method)} is not possible here. Use GET or HEAD.")


class SourceRefused(EdgeError):
    """The original is in an unsupported format, damaged, or too large.

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
    """Our own fault. The message tells no more than the visitor may know."""

    status = 500

    @classmethod
    def unexpected(cls) -> InternalError:
        return cls("internal", "Something went wrong on the server.")


class ServiceUnavailable(EdgeError):
    """Storage or the signing keys are unavailable at the moment."""

    status = 503

    @classmethod
    def storage(cls) -> ServiceUnavailable:
        return cls("store_unavailable", "Storage is unavailable. Try again in a moment.")

    @classmethod
    def signing_keys(cls, message: str) -> ServiceUnavailable:
        return cls("signing_keys_unavailable", message)


class OverlayUnavailable(ServiceUnavailable):
    """The image that is to be placed on another is missing, is not shown, or cannot be read.

    Without it nothing is sent: rights holders may rely on their mark.
    """

    @classmethod
    def named(cls, key: str) -> OverlayUnavailable:
        return cls("overlay_unavailable", f"The image {shortened(key)}, which belongs on this one, is not available.")
