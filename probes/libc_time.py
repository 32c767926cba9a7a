"""This file takes the libc-time family's calls that the core makes."""

import sys

from rounds import rounds, rounds_if

LOCK_READS_TIME_OF_DAY = (3, 0) <= sys.version_info < (3, 9)


def time__core(n):
    """time.gmtime() of now (timemodule.c, since 3.3)."""
    from time import gmtime
    for _ in rounds(n):
        gmtime()
    return True


def clock_gettime__core(n):
    """time.time() (pytime.c, since 3.5)."""
    from time import time
    for _ in rounds(n):
        time()
    return True


def gettimeofday__core(n):
    """A wait of a microsecond for a lock (thread_pthread.h, until 3.8)."""
    if not LOCK_READS_TIME_OF_DAY:
        return True
    from _thread import allocate_lock
    lock = allocate_lock()
    lock.acquire()
    for _ in rounds(n):
        lock.acquire(True, 1e-6)
    return True


def clock_nanosleep__core(n):
    """time.sleep() of a nanosecond (timemodule.c, since 3.11)."""
    from time import sleep
    for _ in rounds_if(sys.version_info >= (3, 11), n):
        sleep(1e-9)
    return True
