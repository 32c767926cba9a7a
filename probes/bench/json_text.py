"""This file writes and reads JSON, for the most part in the extension module: calls into the interpreter from outside."""
import json


def document():
    return {
        'name': 'document',
        'items': [{'id': i, 'ratio': i / 4.0, 'tags': ['a%d' % i, u'\u00e4'], 'on': i % 2 == 0, 'none': None} for i in range(25)],
        'nested': {'a': {'b': {'c': list(range(20))}}},
    }


def run(loops):
    value = document()
    for _ in range(loops):
        text = json.dumps(value, sort_keys=True)
        again = json.loads(text)
        indented = json.dumps(again, indent=1, separators=(',', ': '))
    return len(text), len(indented)
