"""This program prints what the Python that runs it is: one line of JSON behind a marker.

Standard library only, valid on 2.7 to 3.15. The driver runs it once per target, bare: no shim is preloaded.
"""
import sys

# The folder of this file holds programs with names of their own; nothing is imported from it.
del sys.path[0]

import os
import struct
import sysconfig

DECLARED = (
    'Py_ENABLE_SHARED', 'Py_DEBUG', 'Py_GIL_DISABLED', 'CONFIG_ARGS', 'CC', 'CFLAGS', 'PY_CFLAGS', 'PY_CFLAGS_NODIST',
    'PY_CORE_CFLAGS', 'LDFLAGS', 'PY_LDFLAGS', 'PY_LDFLAGS_NODIST', 'PY_CORE_LDFLAGS', 'BLDSHARED', 'LDSHARED',
    'LIBRARY', 'LDLIBRARY', 'INSTSONAME', 'SOABI', 'MULTIARCH',
)

AT_SECURE = 23


def implementation():
    if hasattr(sys, 'implementation'):
        return sys.implementation.name
    return 'pypy' if hasattr(sys, 'pypy_version_info') else 'cpython'


def version():
    major, minor, micro, level, serial = sys.version_info[:5]
    suffix = {'alpha': 'a', 'beta': 'b', 'candidate': 'rc'}.get(level)
    return '%d.%d.%d%s' % (major, minor, micro, '%s%d' % (suffix, serial) if suffix else '')


def declared():
    """The variables of the build's Makefile, and why there are none where a distribution left the file out."""
    try:
        variables = sysconfig.get_config_vars()
    except Exception as error:
        return {}, '%s: %s' % (type(error).__name__, error)
    return dict((name, str(variables[name])) for name in DECLARED if variables.get(name) is not None), None


def has_ctypes():
    try:
        import ctypes
    except Exception:
        return False
    return hasattr(ctypes, 'pythonapi')


def secure():
    """Whether the loader ignores LD_PRELOAD here; None where the kernel does not let us see."""
    try:
        with open('/proc/self/auxv', 'rb') as auxv:
            words = auxv.read()
    except (IOError, OSError):
        return None
    size = struct.calcsize('LL')
    for offset in range(0, len(words) - size + 1, size):
        kind, value = struct.unpack_from('LL', words, offset)
        if kind == AT_SECURE:
            return value != 0
    return None


def objects():
    """The files of which code is mapped, in the order of their addresses."""
    paths = []
    try:
        with open('/proc/self/maps', 'rb') as maps:
            lines = maps.read().splitlines()
    except (IOError, OSError):
        return None
    for line in lines:
        fields = line.split(None, 5)
        if len(fields) == 6 and fields[5].startswith(b'/') and b'x' in fields[1]:
            path = text(fields[5])
            if path not in paths:
                paths.append(path)
    return paths


def text(path):
    return path if isinstance(path, str) else os.fsdecode(path)


def json(value):
    """The json package is the half of what this program would take to start."""
    if value is None or value is True or value is False:
        return {None: 'null', True: 'true', False: 'false'}[value]
    if isinstance(value, dict):
        return '{%s}' % ', '.join('%s: %s' % (json(key), json(value[key])) for key in sorted(value))
    if isinstance(value, list):
        return '[%s]' % ', '.join([json(item) for item in value])
    if isinstance(value, bytes):
        value = value.decode('utf-8')
    return '"%s"' % ''.join([character(c) for c in value])


def character(c):
    if c in '"\\':
        return '\\' + c
    if ' ' <= c <= '~':
        return c
    code = ord(c)
    if code < 0x10000:
        return '\\u%04x' % code
    # JSON writes what lies beyond in two halves, as UTF-16 does.
    return '\\u%04x\\u%04x' % (0xd800 + (code - 0x10000 >> 10), 0xdc00 + (code & 0x3ff))


variables, unreadable = declared()
facts = {
    'implementation': implementation(),
    'version': version(),
    'abiflags': getattr(sys, 'abiflags', ''),
    'debug': hasattr(sys, 'gettotalrefcount'),
    'freeThreaded': 'free-threading' in sys.version,
    'ctypes': has_ctypes(),
    'declared': variables,
    'declaredUnreadable': unreadable,
    'stdlib': os.path.dirname(getattr(os, '__file__', '')),
    'executable': os.readlink('/proc/self/exe'),
    'secure': secure(),
    'objects': objects(),
}
sys.stdout.write('\npyinterpose-describe ' + json(facts) + '\n')
