"""This file names the calls by which a process starts and ends: each is made once, outside every probe.

They are read in phase 0 after the process has ended. What our own objects call is in own.py.
"""


# main() may end in a jump, and then its caller, libc, is who the call comes from.
MAIN = ('executable', 'library')
CORE = ('core',)


def once(*callers):
    def mark(function):
        function.once = callers
        return function
    return mark


@once(*MAIN)
def Py_BytesMain__executable(n):
    """The whole main() of an executable with a shared core (programs/python.c, since 3.8), and of our launcher."""


@once(*MAIN)
def Py_Main__executable(n):
    """The whole main() of an executable with a shared core (2.7; programs/python.c, until 3.6), and of our launcher until 3.7."""


@once(*CORE)
def Py_RunMain__core(n):
    """Py_BytesMain() runs it (main.c, since 3.8)."""


@once(*CORE)
def Py_InitializeFromConfig__core(n):
    """Py_BytesMain() starts the interpreter (pymain_init in main.c, since 3.8)."""


@once(*CORE)
def Py_FinalizeEx__core(n):
    """Py_RunMain() ends the interpreter (main.c, since 3.8; Py_Main() and pymain_main() on 3.6 and 3.7)."""


@once(*CORE)
def Py_Finalize__core(n):
    """Py_Main() ends the interpreter (main.c, 2.7 to 3.5)."""
