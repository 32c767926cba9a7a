"""This file says what a probe is to the runner."""


class Probe(object):
    """`kind` is one of

    interpreter   a function of the number of rounds, which gives the output
    ours   the same, which gives how many calls it made
    last   a function of the number of rounds and the phases, which leaves the calls for the end of the process
    """

    def __init__(self, take, kind):
        self.take = take
        self.kind = kind


class NoRoute(Exception):
    """What a probe raises where this version of Python has no such call, and never had what makes it."""
