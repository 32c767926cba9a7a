"""This file gives the loops of the probes their rounds.

A tuple made beforehand: iterating it calls nothing that a claim is about, and no number of rounds changes an allocation.
"""

_made = {}


def prepare(*numbers):
    for n in numbers:
        _made[n] = (None,) * n


def rounds(n):
    return _made[n]
