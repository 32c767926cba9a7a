"""This file makes our own objects call _PyEval_EvalFrameDefault: only as the frame evaluator that PEP 523 lets them be."""

import ctypes

from rounds import rounds

SETTERS = ('_PyInterpreterState_SetEvalFrameFunc', 'PyUnstable_InterpreterState_SetEvalFrameFunc')
GETTERS = ('_PyInterpreterState_GetEvalFrameFunc', 'PyUnstable_InterpreterState_GetEvalFrameFunc')


def frame():
    return None


def prepare(library, route):
    """Before 3.9 no function sets the evaluator, so the call is made no times."""
    setter, getter = first(SETTERS), first(GETTERS)
    if setter is None or getter is None:
        return lambda n: 0
    ours = library.pyinterpose_frame_lookup if route == 'lookup' else library.pyinterpose_frame_direct
    setter.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    setter.restype = None
    interpreter = ctypes.pythonapi.PyInterpreterState_Get
    interpreter.restype = ctypes.c_void_p
    state = interpreter()
    evaluator = ctypes.cast(ours, ctypes.c_void_p).value
    # Not what dlsym gives: where the core binds its own symbols, that is another address, and would stay in force.
    getter.argtypes = (ctypes.c_void_p,)
    getter.restype = ctypes.c_void_p
    default = getter(state)

    def take(n):
        setter(state, evaluator)
        for _ in rounds(n):
            frame()
        setter(state, default)
        return n
    return take


def first(names):
    for name in names:
        if hasattr(ctypes.pythonapi, name):
            return getattr(ctypes.pythonapi, name)
    return None
