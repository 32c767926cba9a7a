"""This file takes the call family's calls."""

import sys

from rounds import PYTHON_2, rounds, rounds_if

# The interpreter calls the frame evaluator itself since 3.11, and through the interpreter state from 3.6 on.
DIRECT = sys.version_info >= (3, 11)


class Thing(object):
    pass


class Proxy(super):
    pass


def function(_):
    return None


def _Py_CheckFunctionResult__interpreter(n):
    """map() checks what a built-in function returned (map_next in bltinmodule.c, since 3.6)."""
    items = ((),)
    for _ in rounds(n):
        for _ in map(len, items):
            pass
    return True


def PyObject_Call__interpreter(n):
    """A call of a type with *arguments (do_call_interpreter in ceval.c, every version)."""
    arguments = ()
    for _ in rounds(n):
        tuple(*arguments)
    return True


def PyObject_CallObject__interpreter(n):
    """BufferedRWPair hands readable() on to its reader (bufferedio.c, since 3.0); float.fromhex() on 2.7."""
    if PYTHON_2:
        for _ in rounds(n):
            float.fromhex('0x1')
        return True
    import _io
    pair = _io.BufferedRWPair(_io.FileIO('/dev/null', 'r'), _io.FileIO('/dev/null', 'w'), 16)
    readable = pair.readable
    for _ in rounds(n):
        readable()
    pair.close()
    return True


def PyObject_Vectorcall__interpreter(n):
    """A call of an object that is not specialised (CALL in ceval.c, since 3.12; a static inline before)."""
    bound = [].__len__
    for _ in rounds(n):
        bound()
    return bound()


def PyObject_CallFunctionObjArgs__interpreter(n):
    """A subclass of super binds to an object (super_descr_get in typeobject.c, every version)."""
    bind, thing = Proxy(Thing).__get__, Thing()
    for _ in rounds(n):
        bind(thing)
    return True


def PyArg_ParseTuple__interpreter(n):
    """time.gmtime() (timemodule.c, since 3.3); super() on 2.7. Most callers call _PyArg_ParseTuple_SizeT until 3.12."""
    if PYTHON_2:
        thing = Thing()
        for _ in rounds(n):
            super(Thing, thing)
        return True
    from time import gmtime
    for _ in rounds(n):
        gmtime(0)
    return gmtime(0)[0]


def _PyEval_EvalFrameDefault__interpreter(n):
    """map() of a Python function (_PyEval_EvalFrame in pycore_ceval.h, since 3.11)."""
    items = (None,)
    for _ in rounds_if(DIRECT, n):
        for _ in map(function, items):
            pass
    return True


def _PyEval_EvalFrameDefault__table(n):
    """A call of a Python function (the interpreter state's eval_frame, 3.6 to 3.10)."""
    for _ in rounds_if(not DIRECT, n):
        function(None)
    return True
