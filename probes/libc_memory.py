"""This file takes the libc-memory family's calls that the interpreter makes."""

import posix
import sys

from rounds import few, rounds

SIZE = 1000  # more than pymalloc keeps to itself
# Frames that take a chunk of their own make one anew, so no arena has to be filled.
CHUNKS = sys.version_info >= (3, 11)
# Strings as large as pymalloc keeps, one after the other: a fraction of an arena, and more than a whole one.
STRING = 'a' * 450 + ','
FRACTION = STRING * 64
WHOLE = None if CHUNKS else STRING * (2080 if sys.version_info >= (3, 10) else 560)
ARENA = 60  # pages: more than malloc grows the heap by, less than an arena (256 KiB until 3.9, then 1 MiB)
MOST = 200
# Words in a frame: more than the 16 KiB in which 3.11 and later keep frames.
DEEP = 4000


def malloc__interpreter(n):
    """A string too large for pymalloc (obmalloc.c, every version)."""
    for _ in rounds(n):
        'a' * SIZE
    return True


def calloc__interpreter(n):
    """Zero bytes too many for pymalloc (obmalloc.c, since 3.5)."""
    for _ in rounds(n):
        bytes(SIZE)
    return True


def realloc__interpreter(n):
    """A growing bytearray (obmalloc.c, every version)."""
    for _ in rounds(n):
        bytearray(SIZE).append(1)
    return True


def free__interpreter(n):
    """The end of a string too large for pymalloc (obmalloc.c, every version)."""
    for _ in rounds(n):
        'a' * SIZE
    return True


def mmap64__interpreter(n):
    """A new arena for pymalloc's blocks, or since 3.11 a new chunk for a large frame (obmalloc.c, every version)."""
    return arenas(n)


def munmap__interpreter(n):
    """The arena or the chunk is given back (obmalloc.c, every version)."""
    return arenas(n)


def arenas(n):
    if CHUNKS:
        large = deep()
        for _ in rounds(n):
            large()
    else:
        # 3.9 and 3.10 keep one free arena, so that all of it must be used before they make another.
        keeps = sys.version_info >= (3, 9)
        text = WHOLE if keeps else FRACTION
        held = fill()
        for _ in few(n) if keeps else rounds(n):
            text.split(',')
        del held
    return True


def deep():
    """A function whose frame takes a chunk of its own."""
    def large():
        return None
    large.__code__ = large.__code__.replace(co_stacksize=DEEP)
    return large


def fill():
    """Strings that leave too little of the arenas for as many more: those make a new arena, and give it back."""
    held = []
    size = pages()
    for _ in range(MOST):
        held.append(FRACTION.split(','))
        if pages() - size > ARENA:
            held.pop()
            return held
    return held


def pages():
    """Of this process's memory."""
    fd = posix.open('/proc/self/statm', posix.O_RDONLY)
    line = posix.read(fd, 64)
    posix.close(fd)
    return int(line.split()[0])
