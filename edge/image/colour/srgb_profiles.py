"""Recognising profiles that are sRGB."""

from __future__ import annotations

from edge.image.colour import icc, source_profile, transfer
from edge.image.colour.icc import COLORANTS, CURVES, TABLE, Profile
from edge.image.colour.primaries import colorants

#: Differences of colorants and of encoded values that nobody sees.
_NEAR, _NEAR_VALUE = 0.0015, 1 / 255
_SRGB = colorants(source_profile.BT709)
#: A curve is compared at this many values.
_STEPS = 32


def effective_profile(data: bytes) -> Profile | None:
    """The profile to use for an original's profile ``data``. None if it is unusable.

    The curves of an HDR profile describe only a part of its colours, so it is replaced by one for its cicp numbers.
    """
    profile = icc.parse_profile(data)
    if profile and profile.cicp and profile.cicp[1] in source_profile.HDR:
        return icc.parse_profile(source_profile.from_cicp(*profile.cicp) or b"")
    return profile


def is_srgb(profile: Profile) -> bool:
    """Whether ``profile`` describes sRGB, as most profiles of cameras and programs do, so that nothing is converted."""
    if TABLE in profile.tags or not {*COLORANTS, *CURVES} <= set(profile.tags):
        return False
    found = (icc.parse_xyz(profile.tags[name]) for name in COLORANTS)
    near = all(abs(a - b) < _NEAR for pair in zip(found, _SRGB, strict=True) for a, b in zip(*pair, strict=False))
    return near and all(map(_is_srgb_curve, {profile.tags[name] for name in CURVES}))


def _is_srgb_curve(tag: bytes) -> bool:
    curve = transfer.parse_curve(tag)
    values = (step / _STEPS for step in range(1, _STEPS + 1))
    return curve is not None and all(abs(transfer.inverse_srgb(curve(value)) - value) < _NEAR_VALUE for value in values)
