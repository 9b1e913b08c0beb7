"""Messages about files that cannot be read."""

from __future__ import annotations

from edge.image.decode import errors


def test_damage_comes_with_advice() -> None:
    error = errors.damaged("The GIF file has no frames")
    assert (error.code, error.message) == (
        "source_damaged",
        "The GIF file has no frames. Export or download it again.",
    )


def test_an_unsupported_feature_comes_with_advice() -> None:
    error = errors.unsupported("TIFF", "signed 8-bit samples", "Save it with 8 bits a channel.")
    assert (error.code, error.message) == (
        "source_unsupported",
        "The TIFF file uses signed 8-bit samples, which is not supported. Save it with 8 bits a channel.",
    )
