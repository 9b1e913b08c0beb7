"""Errors in that product's form: a status, one of its codes, and a message that says what to do."""

from __future__ import annotations

from edge.contract.errors import shortened

_NOT_JSON = 'The path is base64, but not of a JSON object with a key, such as {"key": "photo.jpg", "edits": {}}: '


class SihError(Exception):
    """A reply that is not an image. Its JSON body has the same three names as that product's."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def as_dict(self) -> dict[str, int | str]:
        """The JSON body of the reply."""
        return {"status": self.status, "code": self.code, "message": self.message}

    @classmethod
    def not_decoded(cls, reason: str) -> SihError:
        return cls(400, "DecodeRequest::CannotDecodeRequest", _NOT_JSON + reason)

    @classmethod
    def not_parsed(cls, reason: str) -> SihError:
        return cls(400, "ImageEdits::CannotParseEdits", reason)

    @classmethod
    def query(cls, name: str, text: str, allowed: str) -> SihError:
        message = f"{shortened(name)}={shortened(text)} is not valid. It must be {allowed}."
        return cls(400, "QueryParameterParsingError", message)

    @classmethod
    def request_type(cls, reason: str) -> SihError:
        return cls(400, "RequestTypeError", reason)

    @classmethod
    def unsupported(cls, kind: str, name: str) -> SihError:
        message = f"The {kind} {shortened(name)} is not supported here."
        return cls(400, "ImageEdits::NotSupported", message)

    @classmethod
    def bucket(cls, name: str) -> SihError:
        message = f"The bucket {shortened(name)} is not one of the source buckets of this site."
        return cls(403, "ImageBucket::CannotAccessBucket", message)

    @classmethod
    def no_such_key(cls, key: str) -> SihError:
        message = f"The image {shortened(key)} does not exist, or the request is not encoded as base64 properly."
        return cls(404, "NoSuchKey", message)
