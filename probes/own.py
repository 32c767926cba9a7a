"""This file lays out the calls that our own objects make: routes extension, dlsym, executable, deepbind.

native/calls.c makes them, n at a time; here stand each symbol's arguments, what makes the first one anew for each call
(`prepare`), and what takes the result back (`release`). See `data/excluded.json` for the pairs that do not exist.
"""

import sys

import foreign
import frames
import last
from foreign import room, text
from probe import Probe

ROUTES = ('extension', 'dlsym', 'executable', 'deepbind')
AT_FDCWD = -100
NEW_REFERENCE = 'Py_DecRef'
kept = []


class Thing(object):
    pass


def words(*numbers):
    return foreign.words(*[n & (1 << 64) - 1 for n in numbers])


def of(thing):
    kept.append(thing)
    return id(thing)


def state(ours):
    """The thread state, which _Py_CheckFunctionResult and _PyEval_EvalFrameDefault take first since 3.9."""
    return ours.call(address(ours, 'PyThreadState_Get'))


def check_function_result(ours):
    if sys.version_info < (3, 9):
        return of(len), of(None), 0
    return state(ours), of(len), of(None), 0


def allocator(ours):
    """Of the object domain, as it is: setting it again changes nothing."""
    buffer = room(5 * 8)
    get = address(ours, 'PyMem_GetAllocator')
    if get != 0:
        ours.call(get, 2, buffer)
    return buffer


# symbol: (arguments, prepare, release); arguments are made when the claim is taken.
CALLS = {
    'PyErr_Occurred': (lambda ours: (), None, None),
    'PyErr_SetString': (lambda ours: (of(ValueError), text(b'text')), None, 'PyErr_Clear'),
    'PyErr_SetObject': (lambda ours: (of(ValueError), of('text')), None, 'PyErr_Clear'),
    'PyErr_Clear': (lambda ours: (), None, None),
    # Nothing to restore: it clears, and steals no reference.
    'PyErr_Restore': (lambda ours: (0, 0, 0), None, None),
    'PyErr_Format': (lambda ours: (of(ValueError), text(b'%d %d'), 1, 2), None, 'PyErr_Clear'),

    'PyObject_GetAttr': (lambda ours: (of(1), of('real')), None, NEW_REFERENCE),
    'PyObject_SetAttr': (lambda ours: (of(Thing()), of('name'), of(None)), None, None),
    'PyObject_GenericGetAttr': (lambda ours: (of(1), of('real')), None, NEW_REFERENCE),
    'PyObject_GetItem': (lambda ours: (of((None,)), of(0)), None, NEW_REFERENCE),
    'PyObject_RichCompare': (lambda ours: (of('a'), of('b'), 2), None, NEW_REFERENCE),
    'PyObject_Hash': (lambda ours: (of('a'),), None, None),
    'PyObject_Repr': (lambda ours: (of(None),), None, NEW_REFERENCE),
    'PyDict_SetItem': (lambda ours: (of({}), of('key'), of(None)), None, None),
    # The result is borrowed.
    'PyDict_GetItemWithError': (lambda ours: (of({'key': None}), of('key')), None, None),
    'PyList_New': (lambda ours: (1,), None, NEW_REFERENCE),
    'PyList_Append': (lambda ours: (of([]), of(None)), None, None),
    'PyTuple_New': (lambda ours: (1,), None, NEW_REFERENCE),
    'PyTuple_Pack': (lambda ours: (2, of(None), of(None)), None, NEW_REFERENCE),
    'PyUnicode_FromString': (lambda ours: (text(b'text'),), None, NEW_REFERENCE),
    'PyLong_FromLong': (lambda ours: (100000,), None, NEW_REFERENCE),

    'PyNumber_Add': (lambda ours: (of(1), of(2)), None, NEW_REFERENCE),
    'PyNumber_Multiply': (lambda ours: (of(1), of(2)), None, NEW_REFERENCE),
    'PyNumber_Index': (lambda ours: (of(1),), None, NEW_REFERENCE),
    'PyNumber_Long': (lambda ours: (of(1),), None, NEW_REFERENCE),

    # It hands its result through.
    '_Py_CheckFunctionResult': (check_function_result, None, None),
    'PyObject_Call': (lambda ours: (of(len), of(((),)), 0), None, NEW_REFERENCE),
    'PyObject_CallObject': (lambda ours: (of(len), of(((),))), None, NEW_REFERENCE),
    'PyObject_Vectorcall': (lambda ours: (of(len), words(of(())), 1, 0), None, NEW_REFERENCE),
    'PyObject_CallFunctionObjArgs': (lambda ours: (of(len), of(()), 0), None, NEW_REFERENCE),
    # The result is borrowed.
    'PyArg_ParseTuple': (lambda ours: (of((None,)), text(b'O'), room(8)), None, None),

    'PyMem_Malloc': (lambda ours: (64,), None, 'PyMem_Free'),
    'PyMem_Realloc': (lambda ours: (64, 128), 'PyMem_Malloc', 'PyMem_Free'),
    'PyMem_Free': (lambda ours: (64,), 'PyMem_Malloc', None),
    'PyMem_RawMalloc': (lambda ours: (64,), None, 'PyMem_RawFree'),
    'PyObject_Malloc': (lambda ours: (64,), None, 'PyObject_Free'),
    'PyObject_Free': (lambda ours: (64,), 'PyObject_Malloc', None),
    '_PyObject_GC_New': (lambda ours: (of(list),), None, 'PyObject_GC_Del'),
    'PyObject_GC_Del': (lambda ours: (of(list),), '_PyObject_GC_New', None),
    'PyMem_SetAllocator': (lambda ours: (2, allocator(ours)), None, None),

    'PyImport_ImportModule': (lambda ours: (text(b'sys'),), None, NEW_REFERENCE),
    'PyImport_ImportModuleLevelObject': (lambda ours: (of('sys'), 0, 0, 0, 0), None, NEW_REFERENCE),

    'PyGILState_Ensure': (lambda ours: (), None, 'PyGILState_Release'),
    'PyGILState_Release': (lambda ours: (), 'PyGILState_Ensure', None),
    'PyEval_SaveThread': (lambda ours: (), None, 'PyEval_RestoreThread'),
    'PyEval_RestoreThread': (lambda ours: (), 'PyEval_SaveThread', None),

    # Without a configuration it only says so.
    'Py_InitializeFromConfig': (lambda ours: (0,), None, None),

    'malloc': (lambda ours: (64,), None, 'free'),
    'calloc': (lambda ours: (1, 64), None, 'free'),
    'realloc': (lambda ours: (64, 128), 'malloc', 'free'),
    'free': (lambda ours: (64,), 'malloc', None),
    # Its result is not in its result; what it allocates is left to the end of the process.
    'posix_memalign': (lambda ours: (room(8), 64, 64), None, None),
    'aligned_alloc': (lambda ours: (64, 64), None, 'free'),
    # Private and anonymous, to be read. munmap takes mmap's result and its second argument.
    'mmap': (lambda ours: (0, 4096, 1, 0x22, -1, 0), None, 'munmap'),
    'mmap64': (lambda ours: (0, 4096, 1, 0x22, -1, 0), None, 'munmap'),
    'munmap': (lambda ours: (0, 4096, 1, 0x22, -1, 0), 'mmap', None),

    'time': (lambda ours: (0,), None, None),
    'clock_gettime': (lambda ours: (1, room(16)), None, None),
    'gettimeofday': (lambda ours: (room(16), 0), None, None),
    # No such duration, so it returns at once; one of zero takes 60 microseconds.
    'nanosleep': (lambda ours: (words(0, -1), 0), None, None),
    'clock_nanosleep': (lambda ours: (1, 0, words(0, -1), 0), None, None),

    'open': (lambda ours: (text(b'/'), 0, 0), None, 'close'),
    'open64': (lambda ours: (text(b'/'), 0, 0), None, 'close'),
    'openat': (lambda ours: (AT_FDCWD, text(b'/'), 0, 0), None, 'close'),
    'openat64': (lambda ours: (AT_FDCWD, text(b'/'), 0, 0), None, 'close'),
    'read': (lambda ours: (null(0), room(8), 8), None, None),
    'write': (lambda ours: (null(1), text(b'text'), 4), None, None),
    'getrandom': (lambda ours: (room(8), 8, 0), None, None),
}

CANARY = (lambda ours: (), None, None)


def prepare(claim, plan):
    """The probe of a claim. Errors: LookupError where our objects do not make the call."""
    symbol, route = claim['symbol'], claim['route']
    if route not in ROUTES:
        raise LookupError('No probe takes the %s route to %s.' % (route, symbol))
    ours = load(route, plan)
    if symbol in last.SYMBOLS:
        return Probe(lambda n, phases: last.leave(ours, made_by(ours, route, 'last'), claim, n, phases), 'last')
    if symbol == '_PyEval_EvalFrameDefault':
        return Probe(frames.prepare(ours, made_by(ours, route, 'frame_dlsym' if route == 'dlsym' else 'frame_direct')), 'ours')
    if symbol.startswith('pyinterpose_canary_'):
        arguments, prepare, release = CANARY
    elif symbol in CALLS:
        arguments, prepare, release = CALLS[symbol]
    else:
        raise LookupError('Our objects do not call %s.' % symbol)
    return Probe(caller(ours, made_by(ours, route, 'make'), symbol, route, call(ours, arguments, prepare, release)), 'ours')


def load(route, plan):
    """The library that makes the call, or in whose place the executable does."""
    if route == 'deepbind':
        return foreign.library(plan['callers'][route], foreign.RTLD_NOW | foreign.RTLD_DEEPBIND)
    if route == 'executable' and not plan['executable']:
        raise LookupError('The executable is not our launcher, so it makes no calls of ours.')
    return foreign.library(plan['callers']['extension'])


EXPORTED = {
    'make': 'pyinterpose_call',
    'last': 'pyinterpose_call_last',
    'frame_direct': 'pyinterpose_frame_direct',
    'frame_dlsym': 'pyinterpose_frame_dlsym',
}


def made_by(ours, route, function):
    """The address of one of our functions: the launcher's own, which it exports, or the library's."""
    return address(ours, EXPORTED[function]) if route == 'executable' else getattr(ours, function)


def caller(ours, function, symbol, route, call):
    name, by_dlsym, make = text(symbol.encode('ascii')), int(route == 'dlsym'), ours.call
    return lambda n: int(make(function, name, by_dlsym, n, call))


def call(ours, arguments, prepare, release):
    """`struct call` of native/calls.c: six arguments, prepare, release."""
    arguments = tuple(arguments(ours))
    arguments += (0,) * (6 - len(arguments))
    return words(*(arguments + (address(ours, prepare), address(ours, release))))


def address(ours, symbol):
    return 0 if symbol is None else foreign.symbol(ours, symbol)


def null(mode):
    import posix
    return posix.open('/dev/null', mode)
