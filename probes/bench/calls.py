"""This file calls functions: positional, keyword, default and star arguments, recursion, methods of built-in types."""


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def mixed(a, b=2, *rest, **named):
    return a + b + len(rest) + len(named)


def run(loops):
    total = 0
    for _ in range(loops):
        total = fibonacci(13)
        for i in range(60):
            total += mixed(i) + mixed(i, b=3) + mixed(i, 1, 2, 3) + mixed(i, x=1, y=2)
            total += max(i, 3) + abs(-i) + len(str(i))
    return total
