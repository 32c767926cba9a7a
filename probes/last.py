"""This file leaves calls for the end of the process: of what ends an interpreter, once it has ended (see native/last.c).

Each result is a line of its own, after the line that says that the run has come to its end.
"""

import ctypes

SYMBOLS = ('Py_FinalizeEx', 'Py_Finalize')


class Last(ctypes.Structure):
    """`struct last` of native/last.c."""

    _fields_ = (
        ('symbol', ctypes.c_char * 32),
        ('before', ctypes.c_char * 128),
        ('after', ctypes.c_char * 32),
        ('n', ctypes.c_uint64),
        ('at', ctypes.c_uint64),
        ('phases', ctypes.c_uint64 * 2),
        ('dlsym', ctypes.c_int32),
        ('fd', ctypes.c_int32),
    )


def leave(library, claim, n, phases):
    """Errors: RuntimeError where there is no room for more."""
    offsets = [(claim['phase'] + i) * phases.stride for i in (0, 1)]
    last = Last(
        claim['symbol'].encode('ascii'),
        ('{"id": "%s", "made": [' % claim['id']).encode('ascii'),
        b'], "output": null}',
        n,
        phases.at,
        (ctypes.c_uint64 * 2)(*offsets),
        claim['route'] == 'dlsym',
        phases.fd,
    )
    if library.pyinterpose_call_last(ctypes.byref(last)) != 0:
        raise RuntimeError('There is no room for more calls at the end of the process.')
