"""This file fills, reads, updates and empties dictionaries and sets: hashing of text, tuples and own objects."""


class Key(object):
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return self.value * 31

    def __eq__(self, other):
        return self.value == other.value


def run(loops):
    words = ['word%d' % (i % 40) for i in range(120)]
    keys = [Key(i % 20) for i in range(60)]
    for _ in range(loops):
        counts = {}
        for word in words:
            counts[word] = counts.get(word, 0) + 1
        groups = {}
        for i, word in enumerate(words):
            groups.setdefault((len(word), i % 3), []).append(word)
        owned = {}
        for key in keys:
            owned[key] = owned.get(key, 0) + key.value
        merged = dict(counts)
        merged.update(one=1, two=2)
        common = set(words[:60]) & set(words[30:]) | {'x', 'y'}
        total = sum(counts.values()) + len(groups) + sum(owned.values()) + len(merged) + len(common)
        while merged:
            merged.popitem()
    return total
