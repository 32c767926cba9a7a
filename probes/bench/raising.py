"""This file raises and catches: own exceptions, those of the interpreter, `finally`, across several frames."""


class Refused(Exception):
    def __init__(self, code):
        Exception.__init__(self, code)
        self.code = code


def deep(levels, code):
    if levels == 0:
        raise Refused(code)
    try:
        deep(levels - 1, code)
    finally:
        code += 1


def run(loops):
    table = {}
    for _ in range(loops):
        total = 0
        for i in range(80):
            try:
                deep(4, i)
            except Refused as error:
                total += error.code
            for attempt in (lambda: table[i], lambda: i // 0, lambda: [].pop(), lambda: int('x'), lambda: None.x):
                try:
                    attempt()
                except (LookupError, ArithmeticError):
                    total += 1
                except ValueError:
                    total += 2
                except AttributeError:
                    total += 3
    return total
