"""This file takes the object family's calls: those that the interpreter makes directly, and those that it makes through its types' tables."""

import sys

from rounds import PYTHON_2, rounds


class Thing(object):
    pass


def PyObject_GetAttr__interpreter(n):
    """getattr() (bltinmodule.c, every version)."""
    for _ in rounds(n):
        getattr(1, 'real')
    return True


def PyObject_SetAttr__interpreter(n):
    """setattr() (bltinmodule.c, every version)."""
    thing = Thing()
    for _ in rounds(n):
        setattr(thing, 'name', None)
    return thing.name


def PyObject_GenericGetAttr__interpreter(n):
    """super().__class__ is looked up as on any object (super_getattro in typeobject.c, every version)."""
    proxy = super(Thing, Thing())
    for _ in rounds(n):
        getattr(proxy, '__class__')
    return True


def PyObject_GenericGetAttr__table(n):
    """getattr() of an int: the slot tp_getattro (object.c, every version)."""
    for _ in rounds(n):
        getattr(1, 'real')
    return True


def PyObject_GetItem__interpreter(n):
    """The interpreter's subscription, of a type that it does not specialise (ceval.c, every version)."""
    data = bytearray(b'a')
    for _ in rounds(n):
        data[0]
    return data[0]


def PyObject_RichCompare__interpreter(n):
    """The interpreter's comparison, of a type that it does not specialise (ceval.c, every version)."""
    empty = ()
    for _ in rounds(n):
        empty < empty
    return empty < empty


def PyObject_Hash__interpreter(n):
    """hash() (bltinmodule.c, every version)."""
    for _ in rounds(n):
        hash(1)
    return hash(1)


def PyObject_Repr__interpreter(n):
    """repr() (bltinmodule.c, every version)."""
    for _ in rounds(n):
        repr(None)
    return repr(None)


def PyDict_SetItem__interpreter(n):
    """An assignment to a global name (STORE_GLOBAL in ceval.c, every version)."""
    global assigned
    for _ in rounds(n):
        assigned = None
    return assigned


def PyDict_GetItemWithError__interpreter(n):
    """A pair sought in dict.items() (dictobject.c, until 3.12); the repr of a list (Py_ReprEnter in object.c, since 3.12)."""
    items = {'key': None}.items()
    pair = ('key', None)
    one = [None]
    for _ in rounds(n):
        pair in items
        repr(one)
    return pair in items


def PyList_New__interpreter(n):
    """str.split() (stringlib, every version)."""
    for _ in rounds(n):
        'a b'.split()
    return 'a b'.split()


def PyList_Append__interpreter(n):
    """str.splitlines() (stringlib, every version)."""
    for _ in rounds(n):
        'a\nb'.splitlines()
    return 'a\nb'.splitlines()


def PyTuple_New__interpreter(n):
    """divmod() (longobject.c, every version; modsupport.c on 2.7)."""
    for _ in rounds(n):
        divmod(5, 3)
    return divmod(5, 3)


def PyTuple_Pack__interpreter(n):
    """float.as_integer_ratio() (floatobject.c, every version)."""
    for _ in rounds(n):
        (0.5).as_integer_ratio()
    return (0.5).as_integer_ratio()


def PyUnicode_FromString__interpreter(n):
    """type.__name__ of a static type (type_name in typeobject.c, since 3.0)."""
    for _ in rounds(n):
        int.__name__
    return int.__name__


def PyLong_FromLong__interpreter(n):
    """ord() (bltinmodule.c, since 3.0); long() of an int (intobject.c on 2.7)."""
    make = long if PYTHON_2 else ord  # noqa: F821
    argument = 1 if PYTHON_2 else 'a'
    for _ in rounds(n):
        make(argument)
    return True
