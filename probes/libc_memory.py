"""This file takes the libc-memory family's calls that the core makes."""

import sys

from rounds import rounds

SIZE = 1000  # more than pymalloc keeps to itself
# Strings that fill an arena and begin the next (256 KiB until 3.9, 1 MiB since).
FIELD, FIELDS = 450, 2600 if sys.version_info >= (3, 10) else 800
# Words in a frame: more than the 16 KiB in which 3.11 and later keep frames.
DEEP = 4000


def malloc__core(n):
    """A string too large for pymalloc (obmalloc.c, every version)."""
    for _ in rounds(n):
        'a' * SIZE
    return True


def calloc__core(n):
    """Zero bytes too many for pymalloc (obmalloc.c, since 3.5)."""
    for _ in rounds(n):
        bytes(SIZE)
    return True


def realloc__core(n):
    """A growing bytearray (obmalloc.c, every version)."""
    for _ in rounds(n):
        bytearray(SIZE).append(1)
    return True


def free__core(n):
    """The end of a string too large for pymalloc (obmalloc.c, every version)."""
    for _ in rounds(n):
        'a' * SIZE
    return True


def mmap64__core(n):
    """A new arena for pymalloc's blocks, or since 3.11 a new chunk for a large frame (obmalloc.c, every version)."""
    return arenas(n)


def munmap__core(n):
    """The arena or the chunk is given back (obmalloc.c, every version)."""
    return arenas(n)


def arenas(n):
    if sys.version_info >= (3, 11):
        large = deep()
        for _ in rounds(n):
            large()
    else:
        text = ('a' * FIELD + ',') * FIELDS
        for _ in rounds(n):
            text.split(',')
    return True


def deep():
    def large():
        return None
    large.__code__ = large.__code__.replace(co_stacksize=DEEP)
    return large
