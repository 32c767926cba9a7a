"""This program is the sweep's workload: a little of everything that calls the interpreter's own functions.

The standard library only, valid on 2.7 to 3.15; the same work on every run: no clock, no random number, no address in what is
done. What a build does not have is skipped and named. It prints one line, which tells that it came to its end.
"""
import json
import sys

TIMES = 40


def arithmetic():
    total = 0
    for i in range(1, 60 * TIMES):
        total += (i * 7) // 3 % 11 + (i << 3 ^ 5) - (i ** 3 & 1023)
        total += int(1.5 * i) + int(abs(complex(i, 2)))
    big = 3 ** 500
    return total, str(big * big // 7 % 10 ** 40), divmod(big, 12345), float(big % 2 ** 60), hex(big)[:20], pow(3, 1000, 10007)


def texts():
    out = []
    for i in range(10 * TIMES):
        text = "%s-%05d-%r" % ("name", i, [i, None, 2.5])
        out.append(text.upper().replace("NAME", "x").split("-")[1].strip("0").join(["a", "b"]))
        out.append(u"{0:>8}|{1!r}".format(i, text).encode("utf-8").decode("utf-8"))
    joined = u" ".join(out)
    return len(joined), joined.find("b"), joined.count("a"), hash(joined) == hash(joined), sorted(set(out))[:2]


def containers():
    table = {}
    for i in range(30 * TIMES):
        table[i % 97] = table.get(i % 97, 0) + i
        table["k%d" % (i % 31)] = [i, (i, str(i))]
    ordered = sorted(table.items(), key=lambda item: str(item[0]))
    items = [x for x in range(200) if x % 3]
    items.extend(reversed(items))
    items.sort(key=lambda x: -x)
    del items[::2]
    both = set(items) & set(range(50)) | frozenset([1, 2, 3])
    return len(ordered), sum(items), sorted(both)[:3], table.pop("k1"), bytearray(b"abc") * 3, memoryview(b"abcdef")[2:4].tolist()


class Base(object):
    shared = 1

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return self.value == other.value

    def __lt__(self, other):
        return self.value < other.value

    def __hash__(self):
        return hash(self.value)

    def __getattr__(self, name):
        if name.startswith("made_"):
            return name[5:]
        raise AttributeError(name)

    @property
    def doubled(self):
        return self.value * 2

    @classmethod
    def make(cls, value):
        return cls(value)


class Derived(Base):
    __slots__ = ("extra",)

    def __len__(self):
        return 3

    def __getitem__(self, index):
        if index >= 3:
            raise IndexError(index)
        return index

    def __call__(self, *args, **kwargs):
        return args, sorted(kwargs)


def classes():
    seen = []
    for i in range(5 * TIMES):
        made = Derived.make(i)
        made.extra = i
        seen.append((made.doubled, made.made_up, list(made), made(1, b=2), getattr(made, "missing", None), isinstance(made, Base)))
        made.value += 1
    kind = type("Made", (Derived,), {"shared": 2})
    return len(seen), kind(4) == Base(4), kind(1) < Base(2), len(set([Base(1), Base(1)])), repr(seen[-1]), dir(kind)[:1]


def exceptions():
    caught = 0
    for i in range(20 * TIMES):
        try:
            try:
                if i % 3 == 0:
                    {}["missing"]
                elif i % 3 == 1:
                    int("x%d" % i)
                else:
                    raise ValueError("value", i)
            finally:
                caught += 1
        except (KeyError, ValueError) as error:
            caught += len(error.args)
    try:
        [].pop()
    except IndexError:
        caught += len(sys.exc_info())
    return caught


def generators():
    def count(n):
        for i in range(n):
            got = yield i
            if got:
                yield got

    def chain(n):
        for item in (x * x for x in count(n)):
            yield item

    running = count(10)
    next(running)
    sent = running.send("sent")
    running.close()
    return sum(chain(40 * TIMES)), sent, list(zip(map(str, range(9)), enumerate(filter(None, range(9)))))[-1]


def coded():
    space = {}
    for i in range(TIMES // 4):
        exec(compile("def made(a, b=%d, *c, **d):\n    return [a + b for x in range(3)], lambda: c\n" % i, "made", "exec"), space)
        space["made"](1, 2, 3, e=4)
    return eval("made(1)[0]", space), len(space["made"].__code__.co_code) > 0


def with_json():
    value = {"a": [1, 2.5, None, True, u"\u00e9" * 20], "b": {"c": list(range(40))}}
    for _ in range(TIMES):
        text = json.dumps(value, sort_keys=True)
        assert json.loads(text) == value
    return len(json.dumps(value, indent=2, sort_keys=True))


def with_re():
    import re

    pattern = re.compile(r"(?P<word>\w+)-(\d+)(?:x|y)*")
    text = " ".join("word%d-%dxyx" % (i, i) for i in range(60))
    found = [match.group("word") for _ in range(TIMES // 4) for match in pattern.finditer(text)]
    return len(found), pattern.sub(r"\2", text)[:20], re.split(r"[ -]", text)[:2]


def with_decimal():
    import decimal

    total = decimal.Decimal(0)
    for i in range(1, 5 * TIMES):
        total += decimal.Decimal(i) / 7
    return str(total.sqrt()), int(decimal.Decimal("12.5") * 2)


def with_numbers():
    import fractions
    import math

    total = sum((fractions.Fraction(1, i) for i in range(1, TIMES)), fractions.Fraction(0))
    return str(total)[:20], math.sqrt(2), math.factorial(50), "%.3f" % math.sin(1)


def with_ctypes():
    import ctypes

    library = ctypes.CDLL(None)

    class Pair(ctypes.Structure):
        _fields_ = [("left", ctypes.c_int), ("right", ctypes.c_double)]

    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))(lambda a, b: a[0] - b[0])
    values = (ctypes.c_int * 30)(*[(i * 7) % 31 for i in range(30)])
    library.qsort(values, 30, ctypes.sizeof(ctypes.c_int), compare)
    pair = Pair(1, 2.5)
    return list(values)[:3], pair.left + pair.right, ctypes.pythonapi.Py_IsInitialized(), canary(library)


def canary(library):
    """The control: what is called here is counted, or nothing that was counted can be believed."""
    try:
        called = library.pyinterpose_canary_sweep
    except AttributeError:
        return 0
    for _ in range(10):
        called()
    return 10


def with_locks():
    import threading

    # No second thread: whether it waits for the GIL when it starts, and so asks the clock, is the scheduler's to say.
    lock = threading.RLock()
    total = 0
    for i in range(10 * TIMES):
        with lock:
            total += i % 3
    local = threading.local()
    local.value = total
    return local.value, threading.current_thread().name


def with_collections():
    import collections
    import functools
    import itertools
    import operator

    counted = collections.Counter("abracadabra" * TIMES)
    queue = collections.deque(range(50), 20)
    queue.rotate(3)
    point = collections.namedtuple("point", "x y")(1, 2)
    default = collections.defaultdict(list)
    default[1].append(2)
    product = functools.reduce(operator.mul, range(1, 30))
    pairs = list(itertools.islice(itertools.chain(itertools.permutations(range(5), 2), itertools.count(9)), 30))
    return sorted(counted.items()), list(queue)[:2], point._replace(x=3), dict(default), product, pairs[-1]


def with_pickle():
    import copy
    import pickle

    value = [{"k%d" % i: (i, float(i), None)} for i in range(30)]
    for protocol in range(3):
        assert pickle.loads(pickle.dumps(value, protocol)) == value
    assert copy.deepcopy(value) == value
    return len(pickle.dumps(value, 2)) > 0


def with_zlib():
    import binascii
    import zlib

    data = b"some text to be made short " * 200
    assert zlib.decompress(zlib.compress(data)) == data
    return zlib.crc32(data) & 0xffffffff, binascii.hexlify(data[:4])


def with_hashes():
    import hashlib
    import struct

    return hashlib.sha256(b"data" * TIMES).hexdigest()[:8], struct.unpack("<ihq", struct.pack("<ihq", 1, -2, 3))


def with_sqlite():
    import sqlite3

    database = sqlite3.connect(":memory:")
    database.create_function("twice", 1, lambda x: x * 2)
    database.execute("create table t (a integer, b text)")
    database.executemany("insert into t values (?, ?)", [(i, "row%d" % i) for i in range(5 * TIMES)])
    rows = database.execute("select twice(a), b from t where a % 7 = 0 order by b").fetchall()
    database.close()
    return len(rows), rows[1][0]


def with_files():
    import io
    import os

    text = io.StringIO()
    for i in range(TIMES):
        text.write(u"line %d\n" % i)
    text.seek(0)
    raw = io.BytesIO(b"bytes" * 10)
    with open(os.devnull, "rb") as null:
        nothing = null.read()
    return sum(len(line) for line in text), raw.read(5), nothing, os.path.join("a", "b"), os.path.isdir(os.sep)


def with_dates():
    import datetime

    day = datetime.datetime(2001, 9, 9, 1, 46, 40)
    return day.isoformat(), str(day + datetime.timedelta(days=40) - day), day.strftime("%Y")


def with_arrays():
    import array
    import bisect
    import heapq

    numbers = array.array("i", [(i * 37) % 101 for i in range(100)])
    heap = list(numbers)
    heapq.heapify(heap)
    smallest = [heapq.heappop(heap) for _ in range(20)]
    bisect.insort(smallest, 5)
    return smallest[:7], numbers[10:12].tolist()


def with_weakrefs():
    import gc
    import weakref

    gone = []
    for i in range(TIMES):
        made = Base(i)
        made.itself = made
        weak = weakref.ref(made, lambda ref: gone.append(1))
        del made
    del weak
    gc.collect()
    return len(gone) > 0


def with_imports():
    import imp_less_than_nothing  # noqa: the failing import is the work


def imports():
    missed = 0
    for _ in range(5):
        try:
            with_imports()
        except ImportError:
            missed += 1
    return missed, __import__("os.path").sep


WORK = [
    arithmetic, texts, containers, classes, exceptions, generators, coded, imports, with_json, with_re, with_decimal, with_numbers,
    with_ctypes, with_locks, with_collections, with_pickle, with_zlib, with_hashes, with_sqlite, with_files, with_dates,
    with_arrays, with_weakrefs,
]


def main():
    told = {"canary": None, "skipped": []}
    for work in WORK:
        try:
            result = work()
        except ImportError:
            told["skipped"].append(work.__name__)
            continue
        if work is with_ctypes:
            told["canary"] = result[-1]
    print("pyinterpose-workload " + json.dumps(told, sort_keys=True))


main()
