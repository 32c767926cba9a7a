"""This file runs the claims of one plan in this process: each by n rounds, then 2n, then 3n, in three phases.

All claims share the phases: what is counted there for a claim is copied out as it was before it, and as it is after.

It writes JSON lines to a file, since nobody has to wake up for each (native/last.c, which runs when Python is gone, prints): {"begin": id}
before a claim is taken, {"id", "made", "output"} or "error" after it, at last {"end": true}; "noRoute" instead where this version has no such
call to take. A line is written at once, so whatever happens to the process, the last line tells how far it came.

Keep these rules. It is valid from Python 2.7 on. It imports nothing that start-up has not loaded or that is not built
in, because start-up is what a check costs. All phases of a claim run the same statements with the same objects, so that
everything but the rounds cancels out in their two differences, which are then the same.
"""

import gc
import posix
import sys

import catalog
import foreign
import rounds

# Rounds in phase 0, and times a single round is made there, before a claim is counted: enough that the adaptive interpreter has settled (since 3.11).
WARM_UP = 64 if sys.version_info >= (3, 11) else 2
# Of n, 2n and 3n rounds.
PHASES = 3
# Calls after which 3.8 to 3.10 begin to cache a function's lookups; the runner's own must have passed it.
SETTLED = 1200 if (3, 8) <= sys.version_info < (3, 11) else 0
# Characters that stand for themselves in JSON: those that identifiers are made of, and more are not needed here.
PLAIN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_/-'
CONSTANTS = {None: 'null', True: 'true', False: 'false'}


def main(path, transcript):
    global out
    gc.disable()
    out = posix.open(transcript, posix.O_WRONLY | posix.O_APPEND)
    plan = read(path)
    n = plan['rounds']
    rounds.prepare(PHASES, n, 1, WARM_UP)
    phases = Phases(plan)
    if phases.fd >= 0:
        settle(phases)
    for claim in plan['claims']:
        say('{"begin": %s}' % json(claim['id']))
        line = run(claim, n, phases, catalog.find, plan)
        if line is not None:
            say(line)
    say('{"end": true}')


def settle(phases):
    for _ in range(SETTLED):
        measure(nothing, 1, phases.nowhere)
    for _ in range(WARM_UP):
        measure(nothing, 1, phases.start)


def run(claim, n, phases, find, plan):
    """Takes one claim; what goes wrong in it is its result, and the run goes on. None where the result comes later."""
    from probe import NoRoute
    try:
        probe = find(claim, plan)
        if probe.kind == 'last':
            return probe.take(n, phases)
        if phases.fd < 0:
            return uncounted(claim, probe, n)
        enter = phases.of(claim)
        warm_up(probe, phases)
        done = [measure(probe.take, (i + 1) * n, enter[i]) for i in range(PHASES)]
        phases.copy(claim)
        if probe.kind == 'ours':
            return result(claim, made=done)
        return result(claim, output=done[-1])
    except NoRoute:
        phases.again()
        return '{"id": %s, "noRoute": %s}' % (json(claim['id']), json(str(sys.exc_info()[1])))
    except Exception:
        phases.again()
        return '{"id": %s, "error": %s}' % (json(claim['id']), json(sentence(sys.exc_info()[1])))


def result(claim, made=None, output=None):
    return '{"id": %s, "made": %s, "output": %s}' % (json(claim['id']), json(made), json(output))


def uncounted(claim, probe, n):
    """Where nothing is counted nothing needs to settle; what the interpreter's calls put out is that of their last phase."""
    if probe.kind == 'ours':
        return result(claim, made=[probe.take(n)])
    return result(claim, output=probe.take(PHASES * n))


def warm_up(probe, phases):
    """What a probe does once a phase settles by being called again, what it does each round by its rounds."""
    take = probe.take
    if probe.kind != 'interpreter':
        return measure(take, 1, phases.start)
    for _ in range(WARM_UP):
        take(1)
    measure(take, WARM_UP, phases.start)


def measure(take, n, enter):
    """One phase. Every phase of every claim goes through these very statements."""
    enter()
    try:
        return take(n)
    finally:
        enter.leave()


def nothing(n):
    return n


class Phases(object):
    """The ledger's current phase, set through its file; without a ledger, nothing."""

    def __init__(self, plan):
        counts = plan['ledger'] is not None
        self.fd = posix.open(plan['ledger'], posix.O_RDWR) if counts else -1
        self.copies = posix.open(plan['copies'], posix.O_WRONLY) if counts else -1
        self.at = plan['offsetAt']
        self.stride = plan['stride']
        self.row = plan['rowSize']
        # A slot has two rows in a phase, the other threads' as far behind the main thread's as the next phase behind that.
        self.step = self.stride * 8 // 2
        self.shared = plan['sharedAt']
        self.start = Enter(self.fd, self.at, 0)
        self.nowhere = Enter(-1, self.at, 0)
        self.again()

    def of(self, claim):
        return [Enter(self.fd, self.at, offset) for offset in self.offsets(claim)]

    def again(self):
        """After a claim that went wrong somewhere."""
        self.start()
        self.seen = self.look()

    def look(self):
        """All that is counted in the phases which claims share."""
        return read_at(self.fd, 2 * PHASES * self.step, self.shared) if self.fd >= 0 else b''

    def copy(self, claim):
        if claim['copyAt'] is None:
            return
        now = self.look()
        rows = [whole[at:at + self.row] for slot in claim['slots'] for whole in (self.seen, now)
                for at in range(slot * self.row, len(whole), self.step)]
        write_at(self.copies, b''.join(rows), claim['copyAt'])
        self.seen = now

    def offsets(self, claim):
        return [(claim['phase'] + i) * self.stride for i in range(PHASES)]


class Enter(object):
    def __init__(self, fd, at, offset):
        self.fd = fd
        self.at = at
        self.there = foreign.little_endian(offset)
        self.back = foreign.little_endian(0)

    def __call__(self):
        put(self.fd, self.there, self.at)

    def leave(self):
        put(self.fd, self.back, self.at)


def put(fd, data, at):
    if fd >= 0:
        write_at(fd, data, at)


def seek_and_write(fd, data, at):
    posix.lseek(fd, at, 0)
    posix.write(fd, data)


def seek_and_read(fd, size, at):
    posix.lseek(fd, at, 0)
    return posix.read(fd, size)


# Python 2.7 has neither.
write_at = getattr(posix, 'pwrite', seek_and_write)
read_at = getattr(posix, 'pread', seek_and_read)


def read(path):
    """The plan is ours: a line of JSON, which but for three names is Python, and a line of words for each claim."""
    fd = posix.open(path, posix.O_RDONLY)
    parts = []
    while not parts or parts[-1]:
        parts.append(posix.read(fd, 1 << 20))
    posix.close(fd)
    first, _, rest = b''.join(parts).partition(b'\n')
    plan = eval(compile(first, path, 'eval'), {'true': True, 'false': False, 'null': None})
    plan['claims'] = [planned(*line.split('\t')) for line in text(rest).splitlines()]
    return plan


def planned(name, symbol, route, phase, slots, copy_at):
    return {
        'id': name, 'symbol': symbol, 'route': route, 'phase': int(phase),
        'slots': [int(slot) for slot in slots.split()], 'copyAt': int(copy_at) if copy_at else None,
    }


def text(data):
    return data if isinstance(data, str) else data.decode('utf-8')


def say(line):
    """It is out before the next statement."""
    rest = (line + '\n').encode('ascii')
    while rest:
        rest = rest[posix.write(out, rest):]


def json(value):
    if value is None or value is True or value is False:
        return CONSTANTS[value]
    if isinstance(value, (list, tuple)):
        return '[%s]' % ', '.join([json(item) for item in value])
    if isinstance(value, (int, float, type(1 << 64))):
        return repr(value).rstrip('L')
    # Character by character takes long.
    return '"%s"' % (value if value.strip(PLAIN) == '' else ''.join([character(c) for c in value]))


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


def sentence(error):
    return ' '.join(('%s: %s' % (type(error).__name__, error)).split())
