"""This file runs one workload and prints how long each of several samples took, in seconds of processor time.

It is started once for each round, so that address randomisation and the hash seed vary from round to round. Modules
are found beside it: `python -S main.py`.
"""
import json
import sys
import time

# Processor time: what else the machine does at the same time is not the build's fault.
clock = getattr(time, 'process_time', None) or time.clock


def main():
    plan = json.loads(sys.argv[1])
    workload = __import__(plan['workload'])
    measure = getattr(workload, 'measure', None) or timed(workload.run)
    result = repr(workload.run(1))
    if 'calibrate' in plan:
        answer = {'loops': loops_for(measure, plan['calibrate']), 'result': result}
    else:
        measure(max(1, plan['loops'] // 4))  # Specialising interpreters settle, caches fill.
        seconds = [delayed(measure, plan['loops'], plan['handicap']) for _ in range(plan['samples'])]
        answer = {'seconds': seconds, 'result': result}
    sys.stdout.write(json.dumps(answer) + '\n')


def timed(run):
    def measure(loops):
        start = clock()
        run(loops)
        return clock() - start
    return measure


def delayed(measure, loops, handicap):
    """The control of the measurement itself: burns this share of the time once more, really."""
    seconds = measure(loops)
    if handicap == 0:
        return seconds
    start = clock()
    while clock() - start < seconds * handicap:
        pass
    return seconds + (clock() - start)


def loops_for(measure, seconds):
    """How many loops take about this long."""
    loops = 1
    while True:
        took = measure(loops)
        if took >= seconds / 2:
            return max(1, int(round(loops * seconds / took)))
        loops *= 2 if took > seconds / 20 else 8


if __name__ == '__main__':
    main()
