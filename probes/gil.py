"""This file takes the gil family's calls."""

import posix

from rounds import PYTHON_2, rounds


def traced(n):
    """tracemalloc takes the interpreter's lock to trace raw memory: a lock's until 3.13, a decoded string's since 3.7."""
    if PYTHON_2:
        return True
    import _tracemalloc
    from _thread import RLock
    _tracemalloc.start(1)
    for _ in rounds(n):
        RLock()
        posix.strerror(1)
    _tracemalloc.stop()
    return True


def PyGILState_Ensure__interpreter(n):
    """Raw memory is taken while tracemalloc runs (tracemalloc_raw_malloc in tracemalloc.c, since 3.4)."""
    return traced(n)


def PyGILState_Release__interpreter(n):
    """Raw memory is taken while tracemalloc runs (tracemalloc_raw_malloc in tracemalloc.c, since 3.4)."""
    return traced(n)


def PyEval_SaveThread__interpreter(n):
    """A system call (posixmodule.c, every version)."""
    for _ in rounds(n):
        posix.access('/', 0)
    return True


def PyEval_RestoreThread__interpreter(n):
    """A system call (posixmodule.c, every version)."""
    for _ in rounds(n):
        posix.access('/', 0)
    return True
