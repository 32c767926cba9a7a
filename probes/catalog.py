"""This file finds the probe of a claim: a function named for it, or one of the calls that our own objects make."""

from probe import Probe

# Where functions named for claims stand: PyErr_SetString/interpreter is PyErr_SetString__interpreter, effect-time/interpreter is effect_time__interpreter.
FILES = ('error', 'object', 'number', 'call', 'memory', 'import_', 'gil',
         'libc_memory', 'libc_time', 'libc_io', 'effect')

modules = []


def find(claim, plan):
    """Errors: LookupError where nothing takes the claim, with the reason where one is known."""
    name = claim['id'].replace('/', '__').replace('-', '_')
    if claim['route'] in ('interpreter', 'table'):
        if not modules:
            modules[:] = [__import__(file) for file in FILES]
        for module in modules:
            function = getattr(module, name, None)
            if function is not None:
                return Probe(function, 'interpreter')
    import own
    return own.prepare(claim, plan)
