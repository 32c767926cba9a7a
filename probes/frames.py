"""This file makes our own objects call _PyEval_EvalFrameDefault: only as the frame evaluator that PEP 523 lets them be.

Functions set the evaluator since 3.9. On 3.6 to 3.8 it is a field of the interpreter's state, whose place depends on the
build; it is the one that points to the default evaluator.
"""

import foreign
from rounds import rounds

EVALUATOR = '_PyEval_EvalFrameDefault'
SET = ('_PyInterpreterState_SetEvalFrameFunc', 'PyUnstable_InterpreterState_SetEvalFrameFunc')
GET = ('_PyInterpreterState_GetEvalFrameFunc', 'PyUnstable_InterpreterState_GetEvalFrameFunc')
# Words of the state that are looked at; the field is among the first hundred.
WORDS = 256
# Dl_info: path, base, name, address.
INFO = 4 * 8


def frame():
    return None


def prepare(ours, evaluator):
    """Errors: LookupError where the interpreter's evaluator cannot be found."""
    get, put = by_functions(ours) or by_field(ours)
    # Not what dlsym gives: where the interpreter binds its own symbols, that is another address, and would stay in force.
    default = get()

    def take(n):
        put(evaluator)
        for _ in rounds(n):
            frame()
        put(default)
        return n
    return take


def by_functions(ours):
    """How to get and to set the evaluator; or None."""
    get, put = first(ours, GET), first(ours, SET)
    if get == 0 or put == 0:
        return None
    state, call = interpreter(ours), ours.call
    return lambda: call(get, state), lambda value: call(put, state, value)


def by_field(ours):
    """How to get and to set the evaluator by its field in the interpreter's state (3.6 to 3.8)."""
    state, call, copy = interpreter(ours), ours.call, foreign.symbol(ours, 'memcpy')
    words = foreign.read(ours, state, 8 * WORDS)
    for i in range(WORDS):
        value = foreign.number(words[8 * i:8 * i + 8])
        if names(ours, value, EVALUATOR):
            field = state + 8 * i
            return lambda: foreign.number(foreign.read(ours, field, 8)), lambda value: call(copy, field, foreign.words(value), 8)
    raise LookupError('The interpreter\'s frame evaluator was not found.')


def interpreter(ours):
    """The state of the process's only interpreter."""
    return ours.call(foreign.symbol(ours, 'PyInterpreterState_Head'))


def names(ours, address, symbol):
    info = foreign.room(INFO)
    if ours.call(foreign.symbol(ours, 'dladdr'), address, info) & 0xffffffff == 0:
        return False
    path, base, name, start = [foreign.number(foreign.read(ours, info + 8 * i, 8)) for i in range(4)]
    text = symbol.encode('ascii') + b'\0'
    return start == address and name != 0 and foreign.read(ours, name, len(text)) == text


def first(ours, names):
    for name in names:
        address = foreign.symbol(ours, name)
        if address != 0:
            return address
    return 0
