"""This file sorts: integers, text, pairs, by key, with own comparison; and keeps a heap in Python."""
import functools


class Version(object):
    def __init__(self, major, minor):
        self.parts = (major, minor)

    def __lt__(self, other):
        return self.parts < other.parts


def numbers(count):
    value, out = 12345, []
    for _ in range(count):
        value = (value * 1103515245 + 12345) % 2147483648
        out.append(value)
    return out


def push(heap, item):
    heap.append(item)
    place = len(heap) - 1
    while place > 0:
        parent = (place - 1) >> 1
        if heap[parent] <= item:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = item


def run(loops):
    data = numbers(150)
    versions = [Version(value % 7, value % 11) for value in data]
    for _ in range(loops):
        total = sorted(data)[10] + len(sorted(str(value) for value in data)[3])
        total += sorted((value % 10, value) for value in data)[5][1]
        total += sorted(data, key=lambda value: value % 1000)[7]
        total += sorted(versions)[9].parts[1]
        total += sorted(data[:50], key=functools.cmp_to_key(lambda a, b: (a > b) - (a < b)))[2]
        heap = []
        for value in data:
            push(heap, value)
        total += heap[0]
    return total
