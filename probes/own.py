"""This file lays out the calls that our own objects make: routes extension, lookup, executable, deepbind.

native/calls.c makes them, n at a time; here stand each symbol's arguments, what makes the first one anew for each call
(`prepare`), and what takes the result back (`release`). See `excluded.json` for the pairs that do not exist.
"""

import ctypes
import sys

import frames
import last
from probe import Probe

ROUTES = ('extension', 'dlsym', 'executable', 'deepbind')
# On Linux; os.RTLD_DEEPBIND is not there on 2.7.
RTLD_DEEPBIND = 8
AT_FDCWD = -100
NEW_REFERENCE = 'Py_DecRef'
kept = []
opened = {}


class Thing(object):
    pass


def text(string):
    return keep(ctypes.create_string_buffer(string))


def room(size):
    return keep(ctypes.create_string_buffer(size))


def words(*numbers):
    return keep((ctypes.c_size_t * len(numbers))(*[n & (1 << 64) - 1 for n in numbers]))


def keep(buffer):
    kept.append(buffer)
    return ctypes.addressof(buffer)


def of(thing):
    kept.append(thing)
    return id(thing)


def state():
    """The thread state, which _Py_CheckFunctionResult and _PyEval_EvalFrameDefault take first since 3.9."""
    get = ctypes.pythonapi.PyThreadState_Get
    get.restype = ctypes.c_void_p
    return get()


def check_function_result():
    if sys.version_info < (3, 9):
        return of(len), of(None), 0
    return state(), of(len), of(None), 0


def allocator():
    """Of the object domain, as it is: setting it again changes nothing."""
    buffer = room(5 * 8)
    if hasattr(ctypes.pythonapi, 'PyMem_GetAllocator'):
        ctypes.pythonapi.PyMem_GetAllocator(2, ctypes.c_void_p(buffer))
    return buffer


# symbol: (arguments, prepare, release); arguments are made when the claim is taken.
CALLS = {
    'PyErr_Occurred': (lambda: (), None, None),
    'PyErr_SetString': (lambda: (of(ValueError), text(b'text')), None, 'PyErr_Clear'),
    'PyErr_SetObject': (lambda: (of(ValueError), of('text')), None, 'PyErr_Clear'),
    'PyErr_Clear': (lambda: (), None, None),
    # Nothing to restore: it clears, and steals no reference.
    'PyErr_Restore': (lambda: (0, 0, 0), None, None),
    'PyErr_Format': (lambda: (of(ValueError), text(b'%d %d'), 1, 2), None, 'PyErr_Clear'),

    'PyObject_GetAttr': (lambda: (of(1), of('real')), None, NEW_REFERENCE),
    'PyObject_SetAttr': (lambda: (of(Thing()), of('name'), of(None)), None, None),
    'PyObject_GenericGetAttr': (lambda: (of(1), of('real')), None, NEW_REFERENCE),
    'PyObject_GetItem': (lambda: (of((None,)), of(0)), None, NEW_REFERENCE),
    'PyObject_RichCompare': (lambda: (of('a'), of('b'), 2), None, NEW_REFERENCE),
    'PyObject_Hash': (lambda: (of('a'),), None, None),
    'PyObject_Repr': (lambda: (of(None),), None, NEW_REFERENCE),
    'PyDict_SetItem': (lambda: (of({}), of('key'), of(None)), None, None),
    # The result is borrowed.
    'PyDict_GetItemWithError': (lambda: (of({'key': None}), of('key')), None, None),
    'PyList_New': (lambda: (1,), None, NEW_REFERENCE),
    'PyList_Append': (lambda: (of([]), of(None)), None, None),
    'PyTuple_New': (lambda: (1,), None, NEW_REFERENCE),
    'PyTuple_Pack': (lambda: (2, of(None), of(None)), None, NEW_REFERENCE),
    'PyUnicode_FromString': (lambda: (text(b'text'),), None, NEW_REFERENCE),
    'PyLong_FromLong': (lambda: (100000,), None, NEW_REFERENCE),

    'PyNumber_Add': (lambda: (of(1), of(2)), None, NEW_REFERENCE),
    'PyNumber_Multiply': (lambda: (of(1), of(2)), None, NEW_REFERENCE),
    'PyNumber_Index': (lambda: (of(1),), None, NEW_REFERENCE),
    'PyNumber_Long': (lambda: (of(1),), None, NEW_REFERENCE),

    # It hands its result through.
    '_Py_CheckFunctionResult': (check_function_result, None, None),
    'PyObject_Call': (lambda: (of(len), of(((),)), 0), None, NEW_REFERENCE),
    'PyObject_CallObject': (lambda: (of(len), of(((),))), None, NEW_REFERENCE),
    'PyObject_Vectorcall': (lambda: (of(len), words(of(())), 1, 0), None, NEW_REFERENCE),
    'PyObject_CallFunctionObjArgs': (lambda: (of(len), of(()), 0), None, NEW_REFERENCE),
    # The result is borrowed.
    'PyArg_ParseTuple': (lambda: (of((None,)), text(b'O'), room(8)), None, None),

    'PyMem_Malloc': (lambda: (64,), None, 'PyMem_Free'),
    'PyMem_Realloc': (lambda: (64, 128), 'PyMem_Malloc', 'PyMem_Free'),
    'PyMem_Free': (lambda: (64,), 'PyMem_Malloc', None),
    'PyMem_RawMalloc': (lambda: (64,), None, 'PyMem_RawFree'),
    'PyObject_Malloc': (lambda: (64,), None, 'PyObject_Free'),
    'PyObject_Free': (lambda: (64,), 'PyObject_Malloc', None),
    '_PyObject_GC_New': (lambda: (of(list),), None, 'PyObject_GC_Del'),
    'PyObject_GC_Del': (lambda: (of(list),), '_PyObject_GC_New', None),
    'PyMem_SetAllocator': (lambda: (2, allocator()), None, None),

    'PyImport_ImportModule': (lambda: (text(b'sys'),), None, NEW_REFERENCE),
    'PyImport_ImportModuleLevelObject': (lambda: (of('sys'), 0, 0, 0, 0), None, NEW_REFERENCE),

    'PyGILState_Ensure': (lambda: (), None, 'PyGILState_Release'),
    'PyGILState_Release': (lambda: (), 'PyGILState_Ensure', None),
    'PyEval_SaveThread': (lambda: (), None, 'PyEval_RestoreThread'),
    'PyEval_RestoreThread': (lambda: (), 'PyEval_SaveThread', None),

    # Without a configuration it only says so.
    'Py_InitializeFromConfig': (lambda: (0,), None, None),

    'malloc': (lambda: (64,), None, 'free'),
    'calloc': (lambda: (1, 64), None, 'free'),
    'realloc': (lambda: (64, 128), 'malloc', 'free'),
    'free': (lambda: (64,), 'malloc', None),
    # Its result is not in its result; what it allocates is left to the end of the process.
    'posix_memalign': (lambda: (room(8), 64, 64), None, None),
    'aligned_alloc': (lambda: (64, 64), None, 'free'),
    # Private and anonymous, to be read. munmap takes mmap's result and its second argument.
    'mmap': (lambda: (0, 4096, 1, 0x22, -1, 0), None, 'munmap'),
    'mmap64': (lambda: (0, 4096, 1, 0x22, -1, 0), None, 'munmap'),
    'munmap': (lambda: (0, 4096, 1, 0x22, -1, 0), 'mmap', None),

    'time': (lambda: (0,), None, None),
    'clock_gettime': (lambda: (1, room(16)), None, None),
    'gettimeofday': (lambda: (room(16), 0), None, None),
    # No such duration, so it returns at once; one of zero takes 60 microseconds.
    'nanosleep': (lambda: (words(0, -1), 0), None, None),
    'clock_nanosleep': (lambda: (1, 0, words(0, -1), 0), None, None),

    'open': (lambda: (text(b'/dev/null'), 0, 0), None, 'close'),
    'open64': (lambda: (text(b'/dev/null'), 0, 0), None, 'close'),
    'openat': (lambda: (AT_FDCWD, text(b'/dev/null'), 0, 0), None, 'close'),
    'openat64': (lambda: (AT_FDCWD, text(b'/dev/null'), 0, 0), None, 'close'),
    'read': (lambda: (null(0), room(8), 8), None, None),
    'write': (lambda: (null(1), text(b'text'), 4), None, None),
    'getrandom': (lambda: (room(8), 8, 0), None, None),
}

CANARY = (lambda: (), None, None)


def prepare(claim, plan):
    """The probe of a claim. Errors: LookupError where our objects do not make the call."""
    symbol, route = claim['symbol'], claim['route']
    if route not in ROUTES:
        raise LookupError('No probe takes the %s route to %s.' % (route, symbol))
    library = load(route, plan)
    if symbol in last.SYMBOLS:
        return Probe(lambda n, phases: last.leave(library, claim, n, phases), 'last')
    if symbol == '_PyEval_EvalFrameDefault':
        return Probe(frames.prepare(library, route), 'ours')
    if symbol.startswith('pyinterpose_canary_'):
        arguments, prepare, release = CANARY
    elif symbol in CALLS:
        arguments, prepare, release = CALLS[symbol]
    else:
        raise LookupError('Our objects do not call %s.' % symbol)
    return Probe(caller(library, symbol, route == 'dlsym', call(arguments(), prepare, release)), 'ours')


def load(route, plan):
    """The library that makes the call, opened once: ctypes makes a class for every opening."""
    name = 'extension' if route == 'dlsym' else route
    if name not in opened:
        opened[name] = opening(name, plan)
    return opened[name]


def opening(name, plan):
    """PyDLL keeps the interpreter's lock while a function is called."""
    if name == 'executable':
        if not plan['executable']:
            raise LookupError('The executable is not our launcher, so it makes no calls of ours.')
        return ctypes.PyDLL(None)
    mode = RTLD_DEEPBIND if name == 'deepbind' else ctypes.DEFAULT_MODE
    return ctypes.PyDLL(plan['callers'][name], mode)


def caller(library, symbol, lookup, call):
    function = library.pyinterpose_call
    function.argtypes = (ctypes.c_char_p, ctypes.c_int, ctypes.c_uint64, ctypes.c_void_p)
    function.restype = ctypes.c_uint64
    name = symbol.encode('ascii')
    return lambda n: int(function(name, lookup, n, call))


def call(arguments, prepare, release):
    """`struct call` of native/calls.c: six arguments, prepare, release."""
    arguments = tuple(arguments) + (0,) * (6 - len(arguments))
    return words(*(arguments + (address(prepare), address(release))))


def address(symbol):
    return 0 if symbol is None else ctypes.cast(getattr(ctypes.pythonapi, symbol), ctypes.c_void_p).value


def null(mode):
    import posix
    return posix.open('/dev/null', mode)
