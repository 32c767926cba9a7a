"""This file computes with floats: normalised points of a curve, as a ray tracer would."""
import math


class Point(object):
    __slots__ = ('x', 'y', 'z')

    def __init__(self, i):
        self.x = math.sin(i)
        self.y = math.cos(i) * 3
        self.z = self.x * self.x / 2

    def normalize(self):
        norm = math.sqrt(self.x * self.x + self.y * self.y + self.z * self.z)
        self.x /= norm
        self.y /= norm
        self.z /= norm

    def larger(self, other):
        self.x = self.x if self.x > other.x else other.x
        self.y = self.y if self.y > other.y else other.y
        self.z = self.z if self.z > other.z else other.z
        return self


def run(loops):
    for _ in range(loops):
        points = [Point(i) for i in range(150)]
        for point in points:
            point.normalize()
        largest = points[0]
        for point in points[1:]:
            largest = largest.larger(point)
    return '%.9f %.9f %.9f' % (largest.x, largest.y, largest.z)
