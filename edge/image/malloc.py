"""What the C library does with memory that a picture no longer needs.

It gives large pieces back at once, and asks for them anew for the next picture; the kernel hands out each page of 4 KB
at the first touch. In the small virtual machines that Lambda runs functions in that is a tenth of the time of a resize:
docs/decisions/008-resampling.md.
"""

from __future__ import annotations

import ctypes

#: Of malloc.h: https://man7.org/linux/man-pages/man3/mallopt.3.html
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
#: Bytes. A piece that is larger still goes back at once, and so does what is free above the second: three such pieces,
#: which is what a PNG of 32 megapixels takes.
_KEPT_PIECE, _KEPT_IN_ALL = 128 << 20, 384 << 20


def keep_freed() -> bool:
    """Makes this process keep up to 384 MB of freed memory for its next picture. Says no where it is not glibc's."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _KEPT_PIECE) and mallopt(_TRIM_THRESHOLD, _KEPT_IN_ALL))
