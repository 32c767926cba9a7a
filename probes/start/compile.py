"""This file compiles the runner and all that it imports, once for the runs of one Python (see run.py).

    python -S -B -s compile.py COMPILED

Valid from Python 2.7 on.
"""

import marshal
import sys

import run

sys.path.insert(0, run.folder())

import catalog

# Each before those that import it.
MODULES = ('rounds', 'probe', 'foreign', 'frames', 'last', 'own') + catalog.FILES + ('catalog', 'runner')


def main(path):
    compiled = tuple([(name, code(name)) for name in MODULES])
    with open(path, 'wb') as file:
        file.write(run.stamp() + marshal.dumps(compiled))


def code(name):
    """By its name alone: wherever the sources are, the code is the same."""
    with open('%s/%s.py' % (run.folder(), name), 'rb') as source:
        return compile(source.read(), name + '.py', 'exec', 0, True)


if __name__ == '__main__':
    main(sys.argv[1])
