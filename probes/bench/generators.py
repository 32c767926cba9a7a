"""This file runs generators: a tree walked recursively, pipelines, generator expressions, values sent in."""
import itertools

zipped = getattr(itertools, 'izip', zip)


def tree(depth):
    return None if depth == 0 else (tree(depth - 1), depth, tree(depth - 1))


def walk(node):
    if node is not None:
        for value in walk(node[0]):
            yield value
        yield node[1]
        for value in walk(node[2]):
            yield value


def running_mean():
    total, count, value = 0, 0, None
    while True:
        value = yield (total // count if count else 0)
        total += value
        count += 1


def run(loops):
    root = tree(6)
    for _ in range(loops):
        total = sum(walk(root))
        mean = running_mean()
        next(mean)
        for i in range(100):
            total += mean.send(i)
        total += sum(i * i for i in range(200) if i % 3)
        total += sum(a + b for a, b in itertools.islice(zipped(itertools.count(), itertools.cycle((1, 2, 3))), 150))
    return total
