"""What the C library does with the memory of an image once it is freed.

By default it returns large blocks to the kernel at once and requests them again for the next image, and the kernel maps
each page of 4 KB at the first access. In the small virtual machines in which Lambda runs functions that takes a tenth
of the time of a resize: docs/decisions/008-resampling.md.
"""

from __future__ import annotations

import ctypes

#: From malloc.h: https://man7.org/linux/man-pages/man3/mallopt.3.html
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
#: Bytes. Larger blocks still go back to the kernel at once; so does free memory above three such blocks, which is what
#: a PNG of 32 megapixels takes.
_MAX_KEPT_BLOCK, _MAX_KEPT = 128 << 20, 384 << 20


def keep_freed() -> bool:
    """Makes this process keep up to 384 MB of freed memory for its next image. Returns False if the C library is not
    glibc."""
    return _set(_M_MMAP_THRESHOLD, _MAX_KEPT_BLOCK) and _set(_M_TRIM_THRESHOLD, _MAX_KEPT)


def share_one_arena() -> bool:
    """Makes the threads that this process starts from now on share their memory.

    Otherwise each of a codec's threads reserves 64 MB of addresses, which count where addresses are limited. Returns
    False if the C library is not glibc.
    """
    return _set(_M_ARENA_MAX, 1)


def _set(parameter: int, value: int) -> bool:
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(parameter, value))
