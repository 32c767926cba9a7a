"""This file turns pancakes over for every order of a stack: slices of lists, small integers, nested loops."""


def fannkuch(n):
    stack, count, most, r = list(range(n)), list(range(1, n + 1)), 0, n
    while True:
        while r > 1:
            count[r - 1] = r
            r -= 1
        first = stack[0]
        if first:
            pancakes, flips = stack[:], 0
            while first:
                pancakes[:first + 1] = pancakes[first::-1]
                flips += 1
                first = pancakes[0]
            if flips > most:
                most = flips
        r = 1
        while True:
            if r == n:
                return most
            stack.insert(r, stack.pop(0))
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1


def run(loops):
    for _ in range(loops):
        most = fannkuch(6)
    return most
