"""This file takes the import family's calls."""

import sys

from rounds import PYTHON_2, rounds


def PyImport_ImportModule__interpreter(n):
    """time.tzset() imports its own module (timemodule.c, since 3.0); reduce() imports functools, here in vain, on 2.7."""
    if not PYTHON_2:
        import time
        for _ in rounds(n):
            time.tzset()
        return True
    kept = sys.modules.get('functools')
    sys.modules['functools'] = None
    for _ in rounds(n):
        try:
            reduce(None, ())  # noqa: F821
        except ImportError:
            pass
    del sys.modules['functools']
    if kept is not None:
        sys.modules['functools'] = kept
    return True


def PyImport_ImportModuleLevelObject__interpreter(n):
    """__import__() (bltinmodule.c, since 3.3)."""
    for _ in rounds(n):
        __import__('sys')
    return True
