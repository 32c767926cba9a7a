"""This file keeps a chain of constraints satisfied while values change: objects, inheritance, plans made and followed."""


class Variable(object):
    def __init__(self, value):
        self.value = value
        self.constraints = []
        self.determined_by = None
        self.stay = True


class Constraint(object):
    def __init__(self, strength):
        self.strength = strength

    def join(self):
        for variable in self.variables():
            variable.constraints.append(self)

    def variables(self):
        raise NotImplementedError

    def choose(self):
        raise NotImplementedError

    def execute(self):
        raise NotImplementedError


class Equality(Constraint):
    def __init__(self, source, target, strength=1):
        Constraint.__init__(self, strength)
        self.source = source
        self.target = target
        self.join()

    def variables(self):
        return (self.source, self.target)

    def choose(self):
        self.target.determined_by = self
        return self.target

    def execute(self):
        self.target.value = self.source.value


class Scale(Equality):
    def __init__(self, source, factor, offset, target):
        self.factor = factor
        self.offset = offset
        Equality.__init__(self, source, target)

    def variables(self):
        return (self.source, self.factor, self.offset, self.target)

    def execute(self):
        self.target.value = self.source.value * self.factor.value + self.offset.value


class Planner(object):
    def plan(self, changed):
        """Constraints in the order in which they must run after `changed` was set."""
        plan, todo, seen = [], [changed], set()
        while todo:
            variable = todo.pop()
            for constraint in sorted(variable.constraints, key=lambda one: one.strength):
                if constraint not in seen and constraint.variables()[-1] is not variable:
                    seen.add(constraint)
                    plan.append(constraint)
                    todo.append(constraint.choose())
        return plan


def chain(length):
    variables = [Variable(i) for i in range(length)]
    for first, second in zip(variables, variables[1:]):
        Equality(first, second)
    return variables


def projection(count):
    factor, offset = Variable(10), Variable(1000)
    sources = [Variable(i) for i in range(count)]
    targets = [Variable(0) for _ in range(count)]
    for source, target in zip(sources, targets):
        Scale(source, factor, offset, target)
    return factor, sources, targets


def run(loops):
    planner = Planner()
    for _ in range(loops):
        variables = chain(60)
        plan = planner.plan(variables[0])
        for value in range(10):
            variables[0].value = value
            for constraint in plan:
                constraint.execute()
        factor, sources, targets = projection(30)
        for source in sources:
            source.value += 1
            for constraint in planner.plan(source):
                constraint.execute()
        factor.value = 5
        for constraint in planner.plan(factor):
            constraint.execute()
    return variables[-1].value, sum(target.value for target in targets)
