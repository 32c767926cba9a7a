"""This file gives the loops of the probes their rounds.

A tuple made beforehand: iterating it calls nothing that a claim is about, and no number of rounds changes an allocation.
"""

import sys

PYTHON_2 = sys.version_info < (3,)
NONE = ()

_made = {}


def prepare(*numbers):
    for n in numbers:
        _made[n] = (None,) * n


def rounds(n):
    return _made[n]


def rounds_if(taken, n):
    """No rounds where this version takes another route to the same function."""
    return _made[n] if taken else NONE
