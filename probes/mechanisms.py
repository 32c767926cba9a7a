"""This program makes events a known number of times, for each way of intercepting to see or not; those of Python's own it asks itself.

The standard library only, valid on 2.7 to 3.15. With the word `events`, `n` rounds of: an empty sum, which asks PyErr_Occurred whether
its iterator failed; a block of 1,000 bytes, which malloc gives. With the word `own`, what Python's own ways see of `n` events each.
"""
import json
import os
import sys

n = int(sys.argv[1])


def events():
    text = "a"
    for _ in (None,) * n:
        sum(())
        text * 1000


def callee():
    return 0


def profiled():
    count = [0]

    def profile(frame, event, argument):
        if event == "call" and frame.f_code is callee.__code__:
            count[0] += 1

    sys.setprofile(profile)
    for _ in range(n):
        callee()
    sys.setprofile(None)
    return count[0]


def monitored():
    monitoring = sys.monitoring
    count = [0]

    def start(code, offset):
        count[0] += code is callee.__code__

    monitoring.use_tool_id(4, "pyinterpose")
    monitoring.register_callback(4, monitoring.events.PY_START, start)
    monitoring.set_events(4, monitoring.events.PY_START)
    for _ in range(n):
        callee()
    monitoring.set_events(4, 0)
    monitoring.free_tool_id(4)
    return count[0]


def audited():
    count = [0]
    on = [True]

    def hook(event, arguments):
        if on[0] and event == "open" and arguments[0] == os.devnull:
            count[0] += 1

    sys.addaudithook(hook)
    for _ in range(n):
        open(os.devnull).close()
    on[0] = False
    return count[0]


def traced():
    import tracemalloc

    tracemalloc.start(1)
    kept = [None] * n
    for i in range(n):
        kept[i] = bytearray(i % 7 + 1)
    line = sys._getframe().f_lineno - 1
    snapshot = tracemalloc.take_snapshot()
    tracemalloc.stop()
    # A bytearray is an object and its content.
    traces = snapshot.filter_traces([tracemalloc.Filter(True, __file__, lineno=line)])
    return sum(stat.count for stat in traces.statistics("lineno")) if kept else 0


WAYS = ("setprofile", profiled), ("pep-669", monitored), ("pep-578", audited), ("tracemalloc", traced)


def own():
    seen = {}
    for name, ask in WAYS:
        try:
            seen[name] = ask()
        except (AttributeError, ImportError) as error:
            seen[name] = str(error)
    print("pyinterpose-mechanisms " + json.dumps(seen, sort_keys=True))


{"events": events, "own": own}[sys.argv[2]]()
