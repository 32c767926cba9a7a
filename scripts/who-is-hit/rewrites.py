"""This file turns a hooking tool on in this process and prints which GOT slots it rewrote, and whether it installed allocators.

    rewrites.py TOOL FOLDER

readelf tells where the slots are, so that nothing of ours takes part.
"""

import ctypes
import json
import os
import re
import subprocess
import sys
import tempfile

tool, folder = sys.argv[1:]
sys.path.insert(0, folder)


def objects():
    """Each loaded file with the address that its first byte is mapped at."""
    bases = {}
    with open("/proc/self/maps") as maps:
        for line in maps:
            parts = line.split()
            if len(parts) == 6 and parts[5].startswith("/") and int(parts[2], 16) == 0:
                bases.setdefault(parts[5], int(parts[0].split("-")[0], 16))
    return bases


def slots_of(path, base):
    """Pairs of a slot's address in the process and the function that its relocation names."""
    text = subprocess.run(["readelf", "-rW", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    header = subprocess.run(["readelf", "-hW", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    base = 0 if "EXEC (" in header else base
    for line in text.splitlines():
        found = re.match(r"([0-9a-f]+) +[0-9a-f]+ R_\w+_(?:JUMP_SLO\w*|GLOB_DAT) +[0-9a-f]+ +([\w.]+)", line)
        if found:
            yield base + int(found.group(1), 16), found.group(2)


def word(address):
    with open("/proc/self/mem", "rb", 0) as memory:
        memory.seek(address)
        return memory.read(8)


def slots(known):
    return {place: (name, word(place)) for path, base in known.items() for place, name in slots_of(path, base)}


def allocators():
    """What PEP 445 has installed: the functions of the three domains."""
    found = []
    for domain in range(3):
        struct = (ctypes.c_void_p * 5)()
        ctypes.pythonapi.PyMem_GetAllocator(domain, struct)
        found.append(tuple(struct))
    return found


def with_memray(look, python_allocators=False):
    import memray

    with tempfile.TemporaryDirectory() as scratch:
        with memray.Tracker(os.path.join(scratch, "out.bin"), trace_python_allocators=python_allocators):
            return look()


def with_vmprof(look):
    import vmprof

    with tempfile.TemporaryFile() as out:
        vmprof.enable(out.fileno())
        try:
            return look()
        finally:
            vmprof.disable()


def with_py_spy(look):
    """It looks on from outside, which the system may forbid; it must then say that it read this process."""
    program = os.path.join(folder, "bin", "py-spy")
    done = subprocess.run([program, "dump", "--pid", str(os.getpid())], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if b"with_py_spy" not in done.stdout:
        sys.exit("py-spy: " + done.stderr.decode().strip())
    return look()


# How each is turned on, and what it loads that is not compared.
tools = {
    "memray": (with_memray, "memray"),
    "memray, Python allocators": (lambda look: with_memray(look, True), "memray"),
    "vmprof": (with_vmprof, "vmprof"),
    "py-spy": (with_py_spy, None),
}


def main():
    if tool not in tools:
        sys.exit("nobody has said how %s is turned on" % tool)
    turned_on, module = tools[tool]
    if module is not None:
        __import__(module)
    # A tool leaves its own slots alone.
    known = {path: base for path, base in objects().items() if not path.startswith(folder)}
    before, own = slots(known), allocators()
    after, installed = turned_on(lambda: (slots(known), allocators()))
    changed = {name for place, (name, value) in before.items() if after[place][1] != value}
    possible = {name for name, _ in before.values()}
    print(json.dumps({"changed": sorted(changed), "possible": sorted(possible), "allocators": own != installed}))


main()
