"""This file leaves calls for the end of the process: of what ends an interpreter, once it has ended (see native/last.c).

Each result is a line of its own, after the line that says that the run has come to its end.
"""

import foreign

SYMBOLS = ('Py_FinalizeEx', 'Py_Finalize')


def leave(ours, function, claim, n, phases):
    """Errors: RuntimeError where there is no room for more."""
    offsets = phases.offsets(claim)
    # `struct last` of native/last.c.
    last = foreign.text(
        chars(claim['symbol'], 32)
        + chars('{"id": "%s", "made": [' % claim['id'], 128)
        + chars('], "output": null}', 32)
        + foreign.little_endian(n, phases.at, *offsets)
        + foreign.little_endian((claim['route'] == 'dlsym') | (phases.fd & 0xffffffff) << 32)
    )
    if ours.call(function, last) & 0xffffffff != 0:
        raise RuntimeError('There is no room for more calls at the end of the process.')


def chars(string, size):
    return string.encode('ascii') + b'\0' * (size - len(string))
