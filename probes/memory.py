"""This file takes the memory family's calls: direct ones, and those through the slot tp_free."""

import sys

from rounds import PYTHON_2, rounds

SIZE = 1000  # more than pymalloc keeps to itself


def PyMem_Malloc__interpreter(n):
    """repr() of a float (PyOS_double_to_string in pystrtod.c, every version)."""
    for _ in rounds(n):
        repr(1.5)
    return repr(1.5)


def PyMem_Realloc__interpreter(n):
    """list.append() to an empty list (list_resize in listobject.c, since 3.0); bytearray.append() on 2.7."""
    make = bytearray if PYTHON_2 else list
    for _ in rounds(n):
        make().append(1)
    return True


def PyMem_Free__interpreter(n):
    """repr() of a float (float_repr in floatobject.c, every version)."""
    for _ in rounds(n):
        repr(1.5)
    return repr(1.5)


def PyMem_RawMalloc__interpreter(n):
    """A string too large for pymalloc (obmalloc.c, since 3.4)."""
    for _ in rounds(n):
        'a' * SIZE
    return True


def PyObject_Malloc__interpreter(n):
    """A new string (unicodeobject.c, since 3.0; stringobject.c on 2.7)."""
    for _ in rounds(n):
        'ab'.upper()
    return 'ab'.upper()


def PyObject_Free__interpreter(n):
    """The end of a range (range_dealloc in rangeobject.c, 3.0 to 3.13), of a large one's iterator; of a buffer on 2.7."""
    make = buffer if PYTHON_2 else iter if sys.version_info >= (3, 14) else range  # noqa: F821
    argument = 'a' if PYTHON_2 else range(1 << 70) if make is iter else 3
    for _ in rounds(n):
        make(argument)
    return True


def PyObject_Free__table(n):
    """The end of an object(): the slot tp_free (object_dealloc in typeobject.c, since 3.0)."""
    for _ in rounds(n):
        object()
    return True


def _PyObject_GC_New__interpreter(n):
    """iter() with a sentinel (iterobject.c, every version)."""
    for _ in rounds(n):
        iter(list, None)
    return True


def PyObject_GC_Del__interpreter(n):
    """The end of such an iterator (calliter_dealloc in iterobject.c, every version)."""
    for _ in rounds(n):
        iter(list, None)
    return True


def PyObject_GC_Del__table(n):
    """The end of a property(): the slot tp_free (property_dealloc in descrobject.c, every version)."""
    for _ in rounds(n):
        property()
    return True


def PyMem_SetAllocator__interpreter(n):
    """tracemalloc hooks itself in and out (tracemalloc.c, since 3.4)."""
    if PYTHON_2:
        return True
    import _tracemalloc
    for _ in rounds(n):
        _tracemalloc.start(1)
        _tracemalloc.stop()
    return True
