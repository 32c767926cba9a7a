"""This file takes the libc-io family's calls that the interpreter makes."""

import posix

from rounds import PYTHON_2, rounds

EMPTY = '/dev/null'
# What is opened soonest, and is always there.
ROOT = '/'


def open64__interpreter(n):
    """posix.open() (posixmodule.c, every version)."""
    for _ in rounds(n):
        posix.close(posix.open(ROOT, posix.O_RDONLY))
    return True


def openat64__interpreter(n):
    """posix.open() in a folder (posixmodule.c, since 3.3)."""
    if PYTHON_2:
        return True
    folder = posix.open(ROOT, posix.O_RDONLY)
    try:
        for _ in rounds(n):
            posix.close(posix.open('.', posix.O_RDONLY, dir_fd=folder))
    finally:
        posix.close(folder)
    return True


def read__interpreter(n):
    """posix.read() (posixmodule.c on 2.7, fileutils.c since 3.5)."""
    fd = posix.open(EMPTY, posix.O_RDONLY)
    for _ in rounds(n):
        posix.read(fd, 8)
    posix.close(fd)
    return True


def write__interpreter(n):
    """posix.write() (posixmodule.c on 2.7, fileutils.c since 3.5)."""
    fd = posix.open(EMPTY, posix.O_WRONLY)
    for _ in rounds(n):
        posix.write(fd, b'text')
    posix.close(fd)
    return True


def getrandom__interpreter(n):
    """posix.urandom() (py_getrandom in bootstrap_hash.c, since 3.6)."""
    for _ in rounds(n):
        posix.urandom(8)
    return True
