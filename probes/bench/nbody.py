"""This file moves five bodies under their gravitation: floats in lists, indexing, tuple unpacking."""

SUN = 39.47841760435743


def bodies():
    return [
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], SUN),
        ([4.8414, -1.1603, -0.1036], [0.6063, 2.8119, -0.0252], 0.0376),
        ([8.3433, 4.1247, -0.4035], [-1.0107, 1.8256, 0.0084], 0.0112),
        ([12.8943, -15.1111, -0.2233], [1.0827, 0.8687, -0.0108], 0.0017),
        ([15.3796, -25.9193, 0.1792], [0.9790, 0.5946, -0.0347], 0.0020),
    ]


def advance(system, pairs, step, times):
    for _ in range(times):
        for ((x1, y1, z1), v1, m1), ((x2, y2, z2), v2, m2) in pairs:
            dx, dy, dz = x1 - x2, y1 - y2, z1 - z2
            magnitude = step * ((dx * dx + dy * dy + dz * dz) ** -1.5)
            b1, b2 = m1 * magnitude, m2 * magnitude
            v1[0] -= dx * b2
            v1[1] -= dy * b2
            v1[2] -= dz * b2
            v2[0] += dx * b1
            v2[1] += dy * b1
            v2[2] += dz * b1
        for place, (vx, vy, vz), _ in system:
            place[0] += step * vx
            place[1] += step * vy
            place[2] += step * vz


def run(loops):
    for _ in range(loops):
        system = bodies()
        pairs = [(a, b) for i, a in enumerate(system) for b in system[i + 1:]]
        advance(system, pairs, 0.01, 60)
    return '%.9f' % system[0][0][0]
