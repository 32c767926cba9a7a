"""This file starts the runner (../runner.py): from what compile.py has compiled for this Python, else from its source.

    python -S -B -s run.py PLAN TRANSCRIPT [COMPILED]

To compile takes longer than Python takes to start, and a check starts several: this file is all that each of them
compiles, so keep it short. It is valid from Python 2.7 on, and imports nothing that is not built in.
"""

import marshal
import sys


def main(plan, transcript, compiled=None):
    sys.path.insert(0, folder())
    for name, code in modules(compiled):
        define(name, code)
    import runner
    runner.main(plan, transcript)


def modules(path):
    """Each with its code, and before those that import it. None where another Python compiled them, or nobody."""
    try:
        with open(path, 'rb') as file:
            content = file.read()
        return marshal.loads(content[len(stamp()):]) if content.startswith(stamp()) else ()
    except Exception:
        return ()


def define(name, code):
    module = sys.modules[name] = type(sys)(name)
    try:
        exec(code, module.__dict__)
    except Exception:
        # Whoever imports it finds its source, and what is wrong with it.
        del sys.modules[name]


def stamp():
    """What must be equal where code is read and where it was written: the form of byte code, and the very build."""
    if sys.version_info >= (3, 5):
        from _frozen_importlib_external import MAGIC_NUMBER
    else:
        import imp
        MAGIC_NUMBER = imp.get_magic()
    return MAGIC_NUMBER + sys.version.encode('ascii', 'replace')


def folder():
    """Of the sources: the one that this file's is in."""
    head, slash, _ = __file__.rpartition('/')
    return head + slash + '..'


if __name__ == '__main__':
    main(*sys.argv[1:])
