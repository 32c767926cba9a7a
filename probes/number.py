"""This file takes the number family's calls: direct ones, and those through the interpreter's table of operators."""

import sys

from rounds import PYTHON_2, rounds, rounds_if

# The interpreter calls operators through a table since 3.11, directly before.
TABLE = sys.version_info >= (3, 11)


def PyNumber_Add__interpreter(n):
    """sum() of tuples (bltinmodule.c, every version)."""
    items, empty = ((),), ()
    for _ in rounds(n):
        sum(items, empty)
    return True


def PyNumber_Add__table(n):
    """The interpreter's + on tuples (binary_ops in ceval.c, since 3.11; a direct call before)."""
    empty = ()
    for _ in rounds_if(TABLE, n):
        empty + empty
    return True


def PyNumber_Multiply__interpreter(n):
    """The item of a range (compute_item in rangeobject.c, since 3.0); the interpreter's * on 2.7."""
    two, items = 2, range(0, 6, 2)
    if PYTHON_2:
        for _ in rounds(n):
            () * two
    else:
        for _ in rounds(n):
            items[1]
    return True


def PyNumber_Multiply__table(n):
    """The interpreter's * on a tuple (binary_ops in ceval.c, since 3.11; a direct call before)."""
    empty, two = (), 2
    for _ in rounds_if(TABLE, n):
        empty * two
    return True


def PyNumber_Index__interpreter(n):
    """range() (rangeobject.c, since 3.0); bin() (PyNumber_ToBase in abstract.c on 2.7)."""
    make = bin if PYTHON_2 else range
    for _ in rounds(n):
        make(3)
    return True


def PyNumber_Long__interpreter(n):
    """int() of a float (longobject.c, since 3.0); long() of one on 2.7."""
    make = long if PYTHON_2 else int  # noqa: F821
    for _ in rounds(n):
        make(1.5)
    return int(make(1.5))
