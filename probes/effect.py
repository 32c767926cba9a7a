"""This file shows what Python makes of a changed result: the clock's, and the random source's."""

import posix
import sys

from rounds import PYTHON_2, rounds


def effect_time__interpreter(n):
    """The year that time.time() gives: 2001 under the override. On 2.7 the interpreter reads no clock but in its own module."""
    if PYTHON_2 and 'time' not in sys.builtin_module_names:
        return None
    from time import gmtime, time
    for _ in rounds(n):
        now = time()
    return gmtime(now)[0]


def effect_getrandom__interpreter(n):
    """The bytes that posix.urandom() gives: 0x5a under the override."""
    for _ in rounds(n):
        data = posix.urandom(4)
    return list(bytearray(data))
