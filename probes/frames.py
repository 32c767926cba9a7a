"""This file makes our own objects call _PyEval_EvalFrameDefault: only as the frame evaluator that PEP 523 lets them be.

Functions set the evaluator since 3.9. On 3.6 to 3.8 it is a field of the interpreter's state, whose place depends on the
build; it is the one that points to the default evaluator.
"""

import ctypes

from rounds import rounds

EVALUATOR = b'_PyEval_EvalFrameDefault'
SET = ('_PyInterpreterState_SetEvalFrameFunc', 'PyUnstable_InterpreterState_SetEvalFrameFunc')
GET = ('_PyInterpreterState_GetEvalFrameFunc', 'PyUnstable_InterpreterState_GetEvalFrameFunc')
# Words of the state that are looked at; the field is among the first hundred.
WORDS = 256


class Symbol(ctypes.Structure):
    """Dl_info."""

    _fields_ = (
        ('path', ctypes.c_char_p),
        ('base', ctypes.c_void_p),
        ('name', ctypes.c_char_p),
        ('address', ctypes.c_void_p),
    )


def frame():
    return None


def prepare(library, route):
    """Errors: LookupError where the interpreter's evaluator cannot be found."""
    ours = library.pyinterpose_frame_lookup if route == 'dlsym' else library.pyinterpose_frame_direct
    evaluator = ctypes.cast(ours, ctypes.c_void_p).value
    get, put = by_functions() or by_field()
    # Not what dlsym gives: where the interpreter binds its own symbols, that is another address, and would stay in force.
    default = get()

    def take(n):
        put(evaluator)
        for _ in rounds(n):
            frame()
        put(default)
        return n
    return take


def by_functions():
    """How to get and to set the evaluator; or None."""
    get, put = first(GET), first(SET)
    if get is None or put is None:
        return None
    get.argtypes, get.restype = (ctypes.c_void_p,), ctypes.c_void_p
    put.argtypes, put.restype = (ctypes.c_void_p, ctypes.c_void_p), None
    state = interpreter()
    return lambda: get(state), lambda value: put(state, value)


def by_field():
    words = (ctypes.c_size_t * WORDS).from_address(interpreter())
    for i in range(WORDS):
        if name(words[i]) == EVALUATOR:
            return lambda: words[i], lambda value: words.__setitem__(i, value)
    raise LookupError('The interpreter\'s frame evaluator was not found.')


def interpreter():
    """The one that there is."""
    head = ctypes.pythonapi.PyInterpreterState_Head
    head.restype = ctypes.c_void_p
    return head()


def name(address):
    symbol = Symbol()
    dladdr = ctypes.pythonapi.dladdr
    dladdr.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    known = dladdr(address, ctypes.byref(symbol)) != 0 and symbol.address == address
    return symbol.name if known else None


def first(names):
    for name in names:
        if hasattr(ctypes.pythonapi, name):
            return getattr(ctypes.pythonapi, name)
    return None
