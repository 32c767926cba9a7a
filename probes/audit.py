"""This program is the workload of an audit: the sweep's workload, then a little of everything that asks something of the system.

The standard library only, valid on 2.7 to 3.15. It prints no time, identity or address: what a preload library changes is
its business, and two runs are to print the same.
"""
import os
import sys
import time

TIMES = 20


def clocks():
    for _ in range(TIMES):
        time.time()
        time.localtime(0)
        time.sleep(0)
        getattr(time, "monotonic", time.time)()
        getattr(time, "perf_counter", time.time)()


def identities():
    for _ in range(TIMES):
        os.getuid(), os.geteuid(), os.getgid(), os.getegid()
    os.getgroups()


def users():
    import grp
    import pwd

    for _ in range(TIMES):
        pwd.getpwuid(0)
        pwd.getpwnam("root")
        grp.getgrgid(0)
        grp.getgrnam("root")


def files():
    import shutil
    import tempfile

    folder = tempfile.mkdtemp()
    try:
        name = os.path.join(folder, "file")
        for _ in range(TIMES):
            with open(name, "wb") as file:
                file.write(b"content")
                file.flush()
                os.fsync(file.fileno())
                getattr(os, "fdatasync", os.fsync)(file.fileno())
            os.stat(name), os.lstat(name), os.access(name, os.R_OK), os.listdir(folder)
            os.chmod(name, 0o600)
            os.utime(name, None)
        os.rename(name, name + "2")
        os.unlink(name + "2")
        try:
            os.mkfifo(name)
            os.unlink(name)
        except OSError:
            pass
    finally:
        shutil.rmtree(folder)


def owners():
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        for _ in range(TIMES):
            os.chown(file.name, os.getuid(), os.getgid())


def sockets():
    import socket

    for _ in range(TIMES):
        one, other = socket.socketpair()
        one.sendall(b"x")
        other.recv(1)
        one.close()
        other.close()
    socket.getaddrinfo("127.0.0.1", 80, socket.AF_INET, socket.SOCK_STREAM, 0, getattr(socket, "AI_NUMERICHOST", 4))


def memory():
    kept = [bytearray(100000 + i) for i in range(TIMES)]
    del kept[::2]
    return bytes(bytearray(1000) * 100) is not None


def waits():
    """A wait with a time limit in a thread of its own, which nobody waits for: under a library that moves the clock it may never end."""
    import threading

    ended = []

    def wait():
        lock = threading.Lock()
        lock.acquire()
        lock.acquire(True, 0.001)
        ended.append(1)

    thread = threading.Thread(target=wait)
    thread.daemon = True
    thread.start()
    for _ in range(10):
        if ended:
            break
        time.sleep(0.05)
    return bool(ended)


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "workload.py")
    with open(path) as file:
        exec(compile(file.read(), path, "exec"), {"__name__": "workload", "__file__": path})
    for work in clocks, identities, users, files, owners, sockets, memory:
        try:
            work()
        except (ImportError, OSError, KeyError, AttributeError) as error:
            print("pyinterpose-audit %s %s" % (work.__name__, type(error).__name__))
    ended = sys.version_info < (3,) or waits()
    print("pyinterpose-audit timed-wait %s" % ("ends" if ended else "does not end"))
    sys.stdout.flush()


main()
