"""This file starts the interpreter over and over, without site, and measures the processor time of its children."""
import os
import subprocess

PYTHON = os.environ.get('PYINTERPOSE_BENCH_PYTHON', '')


def run(loops):
    for _ in range(loops):
        status = subprocess.call([PYTHON, '-S', '-c', 'pass'])
        if status != 0:
            raise RuntimeError('%s ended with %d' % (PYTHON, status))
    return 0


def measure(loops):
    import resource
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(loops)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
