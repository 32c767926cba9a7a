"""This file finds the largest singular value of an infinite matrix's corner: calls of small functions, float sums."""


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(vector, transposed):
    size = range(len(vector))
    if transposed:
        return [sum(element(j, i) * vector[j] for j in size) for i in size]
    return [sum(element(i, j) * vector[j] for j in size) for i in size]


def run(loops):
    for _ in range(loops):
        u = [1.0] * 16
        for _ in range(3):
            v = times(times(u, False), True)
            u = times(times(v, False), True)
    dot = sum(a * b for a, b in zip(u, v))
    return '%.9f' % (dot / sum(b * b for b in v)) ** 0.5
