"""This file lets probes use memory and call addresses, by an extension module of ours (native/module.c) instead of ctypes.

A minimal Python has no ctypes, and one more module that start-up need not load is cheaper.
"""

import sys

from rounds import PYTHON_2

RTLD_NOW = 2
# os.RTLD_DEEPBIND is not there on 2.7.
RTLD_DEEPBIND = 8
RTLD_DEFAULT = 0
# Where the bytes of a bytes object begin.
BYTES = bytes.__basicsize__ - 1
# What makes that a word's address, as it is but for 2.7.
GAP = -BYTES % 8

kept = []
opened = {}


class Library(object):
    """What an object of ours offers. `call` takes an address and up to six words."""

    def __init__(self, offered):
        self.call, self.dlsym, self.interpreter, self.make, self.last, self.frame_direct, self.frame_dlsym = offered


class Spec(object):
    def __init__(self, path):
        self.name = 'pyinterpose_caller'
        self.origin = path


def library(path, flags=RTLD_NOW):
    """The library at a path, opened once. Errors: ImportError where this Python loads no extension module."""
    if path not in opened:
        opened[path] = opening(path, flags)
    return opened[path]


def opening(path, flags):
    before = sys.getdlopenflags()
    sys.setdlopenflags(flags)
    try:
        load(path)
    except ImportError:
        if not hasattr(sys, 'pyinterpose_offered'):
            raise
    finally:
        sys.setdlopenflags(before)
    offered = sys.pyinterpose_offered
    del sys.pyinterpose_offered
    return Library(offered)


def load(path):
    if sys.version_info >= (3, 5):
        import _imp
        return _imp.create_dynamic(Spec(path))
    import imp
    return imp.load_dynamic('pyinterpose_caller', path)


def symbol(library, name):
    """The address that a program gets by asking for a name, else that of the interpreter; 0 where it is not defined."""
    word = text(name.encode('ascii'))
    return library.call(library.dlsym, RTLD_DEFAULT, word) or library.call(library.dlsym, library.interpreter, word)


def text(string):
    return room(len(string) + 1, string)


def words(*numbers):
    return room(8 * len(numbers), little_endian(*numbers))


def room(size, content=b''):
    """The address of memory that is there to the end of the process."""
    # Never an object that the content is: what is filled must be nobody else's.
    buffer = b'\0' * GAP + content + b'\0' * (size - len(content) + 1)
    kept.append(buffer)
    return id(buffer) + BYTES + GAP


def read(library, address, size):
    """A copy of memory."""
    copy = b'\0' * (size + 2)
    library.call(symbol(library, 'memcpy'), id(copy) + BYTES, address, size)
    return copy[:size]


def write(library, address, content):
    library.call(symbol(library, 'memcpy'), address, text(content), len(content))


def little_endian(*numbers):
    return b''.join([word(number) for number in numbers])


def word(number):
    if PYTHON_2:
        return bytes(bytearray((number >> shift) & 255 for shift in range(0, 64, 8)))
    return number.to_bytes(8, 'little')


def number(word):
    """What `little_endian` has made of one."""
    return sum(byte << (8 * place) for place, byte in enumerate(bytearray(word)))
