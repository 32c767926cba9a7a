"""This file interrupts commands by SIGINT, SIGTERM and SIGKILL at random times, and looks for what they leave.

Whatever a command started and did not end comes to this process, which the kernel makes the parent of all orphans below it
(PR_SET_CHILD_SUBREAPER): so what is left is known without a search by name. Folders are known by the number of the command's
process. After SIGKILL the processes must end by themselves, and the next command has the folders to remove.
"""

import argparse
import ctypes
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]
# A process that is told to end does so at once; on a loaded machine somewhat later.
PATIENCE = 20

options = argparse.ArgumentParser()
options.add_argument('--runs', type=int, default=200)
options.add_argument('--seed', type=int, default=int(time.time()))
options.add_argument('--first', type=int, default=0)
options.add_argument('--python', default='python3')
# For the test of the search itself: the command leaves a folder and a process.
options.add_argument('--planted', action='store_true')
chosen = options.parse_args()

scratch = tempfile.mkdtemp(prefix='interrupt-')
outputs = os.path.join(scratch, 'outputs')
report = os.path.join(outputs, 'report.json')
temporary = os.path.join(scratch, 'temporary')
environment = dict(os.environ, TMPDIR=temporary, XDG_CACHE_HOME=os.path.join(scratch, 'cache'))
library = os.path.join(scratch, 'library.so')
cli = ['node', os.path.abspath('dist/src/cli.js')]
program = 'import json, time\nfor i in range(40): json.loads(json.dumps(list(range(999)))); time.sleep(0.02)'
commands = {
    'check': ['check', '--quiet', '--output', 'json=' + report, chosen.python],
    'run': ['run', '--python', chosen.python, '--json', report, '-c', program],
    'audit': ['audit', library, chosen.python],
    'hunt': ['hunt', '--quiet', '--output', 'json=' + report, os.path.dirname(os.path.realpath(sys.executable))],
    'list': ['list', chosen.python],
}


def main():
    for folder in (outputs, temporary):
        os.mkdir(folder)
    source = 'unsigned long calls; void *PyErr_Occurred(void) { calls++; return 0; }'
    subprocess.run(['cc', '-x', 'c', '-', '-shared', '-fPIC', '-o', library], input=source.encode(), check=True)
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    seconds = {name: how_long(words) for name, words in commands.items()}
    tally = {}
    faults = 0
    for index in range(chosen.first, chosen.first + chosen.runs):
        faults += one(index, seconds, tally)
    clean('the run after all')
    left = [*folders(''), *os.listdir(outputs)]
    left = [path for path in left if path != 'report.json']
    for path in left:
        print('FAULT: left at the end:', path)
    print(f'--seed {chosen.seed}: {chosen.runs} runs interrupted:', ', '.join(f'{n} {what}' for what, n in sorted(tally.items())))
    print(f'{faults + len(left)} faults')
    return 1 if faults or left else 0


def how_long(words):
    began = time.monotonic()
    subprocess.run(cli + words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.monotonic() - began


def one(index, seconds, tally):
    chance = random.Random(f'{chosen.seed} {index}')
    name = chance.choice(list(commands))
    sent = chance.choice(SIGNALS)
    wait = chance.random() * seconds[name]
    words = cli + commands[name]
    if chosen.planted:
        words = ['sh', '-c', 'mkdir "$TMPDIR/pyinterpose-0-$$-0-planted"; sleep 100 & sleep 100']
        wait = 0.5
    running = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(wait)
    running.send_signal(sent)
    status = running.wait()
    how = 'ended before' if status >= 0 and status not in (128 + sent,) else sent.name
    tally[f'{name} {how}'] = tally.get(f'{name} {how}', 0) + 1
    found = []
    if sent == signal.SIGKILL:
        found += [f'process {line}' for line in still_there(PATIENCE)]
        if folders(running.pid):
            clean(name)
    else:
        found += [f'process {line}' for line in still_there(0)]
    found += folders(running.pid)
    if os.path.exists(report):
        with open(report) as file:
            try:
                json.load(file)
            except ValueError:
                found.append('half a report')
        os.unlink(report)
    for what in found:
        print(f'FAULT in {name}, {sent.name} after {wait:.3f} s: left {what}')
        print(f'  scripts/interrupt.sh --runs 1 --seed {chosen.seed} --first {index} --python {chosen.python}', flush=True)
    return len(found)


def clean(after):
    """The next command, which has to remove what a killed one left: it makes folders of each kind."""
    ran = subprocess.run(cli + commands['check'], env=environment, capture_output=True, text=True, check=False)
    if ran.returncode not in (0, 1):
        print(f'FAULT: the command after {after} exits {ran.returncode}: {ran.stderr}')


def still_there(patience):
    """What was started below the command and lives, once it had `patience` seconds to end; it is then ended."""
    end = time.monotonic() + patience
    while True:
        reap()
        orphans = children()
        if not orphans or time.monotonic() >= end:
            break
        time.sleep(0.02)
    lines = [line_of(pid) for pid in orphans]
    while orphans:
        for pid in orphans:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        orphans = children()
    return lines


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def children():
    with open(f'/proc/self/task/{os.getpid()}/children') as file:
        return [int(pid) for pid in file.read().split()]


def line_of(pid):
    with open(f'/proc/{pid}/cmdline', 'rb') as file:
        return f'{pid} {file.read().replace(bytes(1), b" ").decode(errors="replace")[:200]}'


def folders(pid):
    """Of a process, by its number in their names; of any, in our own folder, for ''."""
    found = []
    for folder in (temporary, '/dev/shm', '/tmp', '/var/tmp'):
        for name in os.listdir(folder):
            parts = name.split('-')
            ours = name.startswith('pyinterpose-') and len(parts) == 5
            if ours and (parts[2] == str(pid) or (pid == '' and folder == temporary)):
                found.append(os.path.join(folder, name))
    return found


try:
    sys.exit(main())
finally:
    shutil.rmtree(scratch)
