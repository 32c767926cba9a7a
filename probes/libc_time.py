"""This file takes the libc-time family's calls that the interpreter makes."""

import sys

from probe import NoRoute
from rounds import PYTHON_2, few, rounds

LOCK_READS_TIME_OF_DAY = (3, 3) <= sys.version_info < (3, 9)
SLEEP_IS_NANOSLEEP = sys.version_info >= (3, 11)


def time__interpreter(n):
    """time.gmtime() of now (timemodule.c, since 3.3)."""
    from time import gmtime
    for _ in rounds(n):
        gmtime()
    return True


def clock_gettime__interpreter(n):
    """time.time() (pytime.c, since 3.5)."""
    from time import time
    for _ in rounds(n):
        time()
    return True


def gettimeofday__interpreter(n):
    """time.time() (timemodule.c on 2.7); a wait of a microsecond for a lock (thread_pthread.h, 3.3 to 3.8)."""
    if PYTHON_2:
        from time import time
        for _ in rounds(n):
            time()
        return True
    if not LOCK_READS_TIME_OF_DAY:
        raise NoRoute('Nothing calls it since 3.9: clocks and locks read clock_gettime.')
    from _thread import allocate_lock
    lock = allocate_lock()
    lock.acquire()
    for _ in few(n):
        lock.acquire(True, 1e-6)
    return True


def clock_nanosleep__interpreter(n):
    """time.sleep() of a nanosecond (timemodule.c, since 3.11)."""
    if not SLEEP_IS_NANOSLEEP:
        return True
    from time import sleep
    for _ in few(n):
        sleep(1e-9)
    return True
