"""This file makes text: `%`, `format`, joining, splitting, replacing, encoding, numbers to text and back."""


class Item(object):
    def __init__(self, name, price):
        self.name = name
        self.price = price

    def __str__(self):
        return '<%s>' % self.name


def run(loops):
    items = [Item('item%d' % i, i * 1.25) for i in range(30)]
    for _ in range(loops):
        lines = []
        for i, item in enumerate(items):
            lines.append('%-10s|%8.2f|%05d|%x' % (item.name, item.price, i, i))
            lines.append('{0:>12} {1!r} {2:+d} {name}'.format(str(item), item.price, i, name=item.name))
            lines.append(item.name.upper() + ': ' + str(i) + ', ' + repr(item.price))
        text = '\n'.join(lines)
        words = text.replace('|', ' ').split()
        data = text.encode('utf-8').decode('utf-8').title().strip()
        total = len(words) + len(data) + sum(int(word) for word in words if word.isdigit()) % 1000
    return total
