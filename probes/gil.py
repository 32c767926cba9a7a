"""This file takes the gil family's calls."""

import posix

from rounds import PYTHON_2, rounds


def traced_lock(n):
    """tracemalloc takes the interpreter's lock to trace raw memory, of which a lock is made."""
    if PYTHON_2:
        return True
    import _tracemalloc
    from _thread import RLock
    _tracemalloc.start(1)
    for _ in rounds(n):
        RLock()
    _tracemalloc.stop()
    return True


def PyGILState_Ensure__core(n):
    """A lock is made while tracemalloc runs (tracemalloc_raw_malloc in tracemalloc.c, since 3.4)."""
    return traced_lock(n)


def PyGILState_Release__core(n):
    """A lock is made while tracemalloc runs (tracemalloc_raw_malloc in tracemalloc.c, since 3.4)."""
    return traced_lock(n)


def PyEval_SaveThread__core(n):
    """A system call (posixmodule.c, every version)."""
    for _ in rounds(n):
        posix.access('/', 0)
    return True


def PyEval_RestoreThread__core(n):
    """A system call (posixmodule.c, every version)."""
    for _ in rounds(n):
        posix.access('/', 0)
    return True
