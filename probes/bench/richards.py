"""This file simulates an operating system's tasks that pass packets on: many small methods, chosen by class."""


class Packet(object):
    def __init__(self, kind, size):
        self.kind = kind
        self.size = size
        self.hops = 0


class Task(object):
    def __init__(self, system, name, priority):
        self.system = system
        self.name = name
        self.priority = priority
        self.queue = []
        self.held = False
        self.done = 0
        system.add(self)

    def ready(self):
        return not self.held and bool(self.queue)

    def receive(self, packet):
        self.queue.append(packet)
        return self

    def step(self):
        packet = self.queue.pop(0)
        packet.hops += 1
        self.done += 1
        self.work(packet)

    def work(self, packet):
        raise NotImplementedError


class Idle(Task):
    def ready(self):
        return self.system.time < self.system.limit

    def step(self):
        self.done += 1
        if self.done % 3 == 0:
            self.system.release_all()


class Worker(Task):
    def work(self, packet):
        packet.size = (packet.size * 7 + 3) % 101
        target = 'reader' if packet.size % 2 else 'writer'
        self.system.send(target, packet)


class Device(Task):
    def work(self, packet):
        if packet.size % 5 == 0:
            self.held = True
        self.system.send('handler' if packet.hops % 2 else 'worker', packet)


class Handler(Task):
    def work(self, packet):
        packet.kind = 'work' if packet.kind == 'device' else 'device'
        self.system.send('worker' if packet.kind == 'work' else 'writer', packet)


class System(object):
    def __init__(self, limit):
        self.tasks = []
        self.by_name = {}
        self.limit = limit
        self.time = 0

    def add(self, task):
        self.tasks.append(task)
        self.by_name[task.name] = task
        self.tasks.sort(key=lambda task: -task.priority)

    def send(self, name, packet):
        return self.by_name[name].receive(packet)

    def release_all(self):
        for task in self.tasks:
            task.held = False

    def schedule(self):
        while self.time < self.limit:
            self.time += 1
            for task in self.tasks:
                if task.ready():
                    task.step()
                    break


def run(loops):
    for _ in range(loops):
        system = System(400)
        Idle(system, 'idle', 0)
        Worker(system, 'worker', 10)
        Handler(system, 'handler', 20)
        Device(system, 'reader', 30)
        Device(system, 'writer', 40)
        for i in range(12):
            system.send('worker' if i % 2 else 'handler', Packet('work' if i % 3 else 'device', i))
        system.schedule()
    return [task.done for task in system.tasks]
