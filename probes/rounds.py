"""This file gives the loops of the probes their rounds.

A tuple made beforehand: iterating it calls nothing that a claim is about, and no number of rounds changes an allocation.
"""

import sys

PYTHON_2 = sys.version_info < (3,)

_all = {}
_few = {}


def prepare(phases, n, *others):
    """For n rounds, 2n and so on, and for others."""
    multiples = [(i * n, i * (n // 8)) for i in range(1, phases + 1)]
    for number, part in multiples + [(other, other // 8) for other in others]:
        _all[number] = (None,) * number
        _few[number] = (None,) * part


def rounds(n):
    return _all[n]


def few(n):
    """An eighth, of rounds that take long."""
    return _few[n]


def rounds_if(taken, n):
    """No rounds where this version takes another way to the same function."""
    return _all[n] if taken else ()
