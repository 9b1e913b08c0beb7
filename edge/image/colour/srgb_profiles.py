"""Recognising profiles that are sRGB, or close enough to it."""

from __future__ import annotations

from functools import lru_cache

from edge.image.colour import icc, source_profile, transfer
from edge.image.colour.icc import COLORANTS, CURVES, GREY, TABLE, Profile
from edge.image.colour.primaries import colorants

#: Differences of colorants and of encoded values that nobody sees.
_NEAR, _NEAR_VALUE = 0.0015, 1 / 255
_SRGB = colorants(source_profile.BT709)
#: The light of the middle value under a gamma of 2.6, and of 1.7.
_MIDDLE_LOW, _MIDDLE_HIGH = 0.16, 0.31
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


@lru_cache(maxsize=4)
def has_srgb_like_curve(data: bytes) -> bool:
    """Whether values under the profile ``data`` stand for about the same light as sRGB's, as under most profiles."""
    profile = effective_profile(data)
    if profile is None:
        return True
    curves = [transfer.parse_curve(profile.tags[tag]) for tag in (*CURVES, GREY) if tag in profile.tags]
    return TABLE not in profile.tags and all(curve and _MIDDLE_LOW < curve(0.5) < _MIDDLE_HIGH for curve in curves)
