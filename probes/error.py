"""This file takes the error family's calls that the interpreter makes itself."""

from rounds import rounds


class Ends(object):
    """An iterator that ends by raising, as one written in Python does."""

    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration

    next = __next__


def PyErr_Occurred__interpreter(n):
    """sum() asks whether its iterator ended or failed (bltinmodule.c, every version)."""
    total = 0
    for _ in rounds(n):
        total += sum(())
    return total


def PyErr_SetString__interpreter(n):
    """list.pop() of an empty list (listobject.c, every version)."""
    items = []
    for _ in rounds(n):
        try:
            items.pop()
        except IndexError:
            pass
    return items


def PyErr_SetObject__interpreter(n):
    """The item of an empty list (list_subscript in listobject.c, every version)."""
    items = []
    for _ in rounds(n):
        try:
            items[0]
        except IndexError:
            pass
    return items


def PyErr_Clear__interpreter(n):
    """next() with a default swallows the StopIteration that a Python iterator raised (bltinmodule.c, every version)."""
    iterator = Ends()
    for _ in rounds(n):
        next(iterator, None)
    return True


def PyErr_Restore__interpreter(n):
    """generator.throw() (genobject.c, every version)."""
    def body():
        yield
    for _ in rounds(n):
        try:
            body().throw(KeyError)
        except KeyError:
            pass
    return True


def PyErr_Format__interpreter(n):
    """len() of an object that has none (type_error in abstract.c, every version)."""
    for _ in rounds(n):
        try:
            len(1)
        except TypeError:
            pass
    return True
