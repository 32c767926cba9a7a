"""This file makes lists, sets and dictionaries by comprehensions, nested and filtered, and takes them apart again."""


def run(loops):
    for _ in range(loops):
        squares = [i * i for i in range(150)]
        table = {i: squares[i] for i in range(0, 150, 2)}
        odd = {value for value in squares if value % 2}
        matrix = [[row * column for column in range(12)] for row in range(12)]
        turned = [list(row) for row in zip(*matrix)]
        flat = [value for row in turned for value in row if value % 3 == 0]
        total = sum(table.values()) + len(odd) + sum(flat) + len([key for key, value in table.items() if value in odd])
    return total
