# This file is what is counted, bare and swept, on aarch64: the same calls in each of its rounds, by the interpreter and by an extension.
import json
import sys

text = json.dumps([{'a': [1, 2.5, 'x', None], 'b': 10 ** 20}] * 3)


def once():
    json.loads(text)
    try:
        int('x')
    except ValueError:
        pass
    float('1.5')
    getattr(sys, 'nothing', None)
    '%d %s' % (1, [1, 2])


for _ in range(int(sys.argv[1])):
    once()
with open('/proc/self/maps') as maps:
    print(next(line.split('-')[0] for line in maps if line.rstrip().endswith(sys.argv[2])))
