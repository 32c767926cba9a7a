"""This file pickles and unpickles with the module that is written in Python: dispatch tables, bytes, memo dictionaries."""
import io
import pickle

Pickler = getattr(pickle, '_Pickler', pickle.Pickler)
Unpickler = getattr(pickle, '_Unpickler', pickle.Unpickler)


def run(loops):
    value = {'list': list(range(40)), 'text': ['word%d' % i for i in range(20)], 'pairs': [(i, i * 0.5) for i in range(20)]}
    for _ in range(loops):
        stream = io.BytesIO()
        Pickler(stream, 2).dump(value)
        data = stream.getvalue()
        again = Unpickler(io.BytesIO(data)).load()
    return len(data) > 100, again == value
