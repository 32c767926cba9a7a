"""This file computes with integers, small and large: a sieve, greatest common divisors, powers, digits of pi."""


def sieve(limit):
    flags = bytearray([1]) * (limit + 1)
    flags[0] = flags[1] = 0
    for i in range(2, int(limit ** 0.5) + 1):
        if flags[i]:
            for multiple in range(i * i, limit + 1, i):
                flags[multiple] = 0
    return sum(flags)


def divisor(a, b):
    while b:
        a, b = b, a % b
    return a


def digits_of_pi(count):
    """A spigot: numbers of ever more digits."""
    q, r, t, k, n, l, digits = 1, 0, 1, 1, 3, 3, 0
    while digits < count:
        if 4 * q + r - t < n * t:
            digits += 1
            q, r, n = 10 * q, 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
        else:
            q, r, t, k, n, l = q * k, (2 * q + r) * l, t * l, k + 1, (q * (7 * k + 2) + r * l) // (t * l), l + 2
    return n


def run(loops):
    for _ in range(loops):
        total = sieve(800) + digits_of_pi(25) + pow(3, 500) % 10007
        for i in range(1, 120):
            total += divisor(i * 36, 1260) ^ (i << 3) & 0xff
    return int(total)
