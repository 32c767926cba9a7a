"""This file reads and writes attributes: of instances, classes and bases, slots, properties, and through `getattr`."""


class Base(object):
    shared = 1

    def method(self):
        return self.shared


class Plain(Base):
    def __init__(self, value):
        self.value = value

    @property
    def doubled(self):
        return self.value * 2


class Slotted(object):
    __slots__ = ('value', 'other')

    def __init__(self, value):
        self.value = value
        self.other = 0


def run(loops):
    plain, slotted, total = Plain(1), Slotted(2), 0
    for _ in range(loops):
        total = 0
        for i in range(250):
            plain.value = i
            slotted.other = plain.value + slotted.value
            total += plain.doubled + plain.shared + plain.method() + slotted.other
            total += getattr(plain, 'value') + getattr(plain, 'missing', 1)
            total += hasattr(slotted, 'other') + isinstance(plain, Base)
    return total
