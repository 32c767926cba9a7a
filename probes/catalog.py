"""This file finds the probe of a claim: a function named for it, or one of the calls that our own objects make."""

# Where functions named for claims stand: PyErr_SetString/core is PyErr_SetString__core, effect-time/core is effect_time__core.
FILES = ('error', 'object', 'number', 'call', 'memory', 'import_', 'gil', 'lifecycle',
         'libc_memory', 'libc_time', 'libc_io', 'effect')


class Probe(object):
    """`ours`: it returns how many calls were made. `once`: the callers of a call that starting or ending the process makes."""

    def __init__(self, function, ours=False, once=()):
        self.function = function
        self.ours = ours
        self.once = once

    def __call__(self, n):
        return self.function(n)


def find(claim, plan):
    """Errors: LookupError where nothing takes the claim, with the reason where one is known."""
    name = claim['id'].replace('/', '__').replace('-', '_')
    for file in FILES:
        function = getattr(load(file), name, None)
        if function is not None:
            return Probe(function, once=getattr(function, 'once', ()))
    import own
    return Probe(own.prepare(claim, plan), ours=True)


def load(file):
    try:
        return __import__(file)
    except ImportError:
        return None
