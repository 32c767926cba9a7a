"""This file shows what Python makes of a changed result: the clock's, and the random source's."""

import posix

from rounds import rounds


def effect_time__interpreter(n):
    """The year that time.time() gives: 2001 under the override."""
    from time import gmtime, time
    for _ in rounds(n):
        now = time()
    return gmtime(now)[0]


def effect_getrandom__interpreter(n):
    """The bytes that posix.urandom() gives: 0x5a under the override."""
    for _ in rounds(n):
        data = posix.urandom(4)
    return list(bytearray(data))
