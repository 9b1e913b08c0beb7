"""Parameters that advertisers, shops and newsletters add to any URL. They are dropped, since they mean no image."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Who adds them, to the names, and to the beginnings of names, which end in ``*``. The sources, both read in 2026:
#: https://github.com/AdguardTeam/AdguardFilters/blob/master/TrackParamFilter/sections/general_url.txt
#: https://github.com/henkisdabro/platform-url-click-id-parameters
TABLE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "campaigns": ("utm_*", "itm_*"),
        # https://support.google.com/analytics/answer/10071811 and https://support.google.com/analytics/answer/11479699
        "Google": ("gclid", "gclsrc", "gbraid", "wbraid", "dclid", "gad_*", "srsltid", "_gl", "_ga"),
        # https://help.ads.microsoft.com/apex/index/3/en/60000
        "Microsoft": ("msclkid",),
        "Meta": ("fbclid", "fb_*", "igsh", "igshid"),
        "TikTok": ("ttclid",),
        "X": ("twclid",),
        "LinkedIn": ("li_fat_id",),
        "Pinterest": ("epik",),
        "Reddit": ("rdt_cid",),
        "Snapchat": ("ScCid",),
        "Yandex": ("yclid", "ysclid", "_openstat"),
        "Mailchimp": ("mc_cid", "mc_eid"),
        "HubSpot": ("_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsCtaTracking", "hsa_*"),
        "Klaviyo": ("_kx",),
        "Marketo": ("mkt_tok",),
        "Matomo": ("mtm_*", "pk_*"),
        "affiliate networks": ("irclickid", "awc", "tduid"),
        "scripts that avoid caches": ("_",),
    }
)
_ALL = tuple(spelling for spellings in TABLE.values() for spelling in spellings)
_NAMES = frozenset(spelling for spelling in _ALL if not spelling.endswith("*"))
_PREFIXES = tuple(spelling[:-1] for spelling in _ALL if spelling.endswith("*"))


def is_tracker(parameter: str) -> bool:
    """Whether ``parameter`` says where a visitor came from, and nothing of the image."""
    return parameter in _NAMES or parameter.startswith(_PREFIXES)
