/** This file has a Python program that makes the same calls in every round, and counts what one build makes of them. */

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {FunctionReport} from '../../src/model/report.js';
import {cli} from './cli.js';
import type {Workshop} from './workshop.js';

/** The first rounds fill caches and specialise code; the collector's runs depend on what else there is. */
export const roundsProgram = `
import _thread, abc, codecs, collections, contextvars, functools, gc, io, json, marshal, math, operator, os, re, signal, \\
    struct, symtable, sys, time, types, warnings, weakref
gc.disable()
warnings.simplefilter("ignore")
class C:
    def __len__(self): return 3
    def __getitem__(self, i): return i
    def __add__(self, other): return 5
    def __contains__(self, other): return True
    def __index__(self): return 4
    def __aiter__(self): return self
    async def __anext__(self): return 1
    def keys(self): return ["k"]
class D(C):
    def __init__(self, *args, **words): super().__init__()
    def __get__(self, *args): return 7
    def __call__(self, *args): return 8
class E(Exception):
    pass
c = C()
pattern = re.compile("a(b+)c")
variable = contextvars.ContextVar("variable", default=1)
local = _thread._local()
lock = _thread.allocate_lock()
memory = os.memfd_create("memory")
enable, disable = gc.enable, gc.disable
code = marshal.dumps((1.5, frozenset([1]), 2j, 10 ** 30, "text"))
codecs.register_error("q", lambda error: ("?", error.end))
signal.signal(signal.SIGWINCH, lambda *args: None)
def generated():
    try: yield 1
    finally: pass
async def awaited(): return 1
def keywords(**words): return words
def errors():
    for call in (lambda: int("x"), lambda: {}["q"], lambda: [][1], lambda: 1 / 0, lambda: "a" + 1, lambda: c.nope, lambda: len(**1),
            lambda: b"\\xff".decode(), lambda: lock.release(), lambda: next(iter(())), lambda: os.close(-1)):
        try: call()
        except Exception as error: error.__cause__; error.args; str(error); error.with_traceback(None)
    try: raise ValueError("q") from KeyError(1)
    except ValueError as error: error.__context__ = error.__context__; error.__cause__ = E(); repr(error); sys.exc_info()
    group = ExceptionGroup("g", [ValueError(1), E(2)])
    try: raise group
    except* ValueError: pass
    except* E: pass
    group.split(E); group.subgroup(ValueError); group.derive([E()]); group.__cause__; group.__context__
def texts():
    json.dumps({"a": [1, 2.5, None, "x"]}); json.loads('{"a": [1, 2.5, null]}'); pattern.sub("x", "abbc"); list(pattern.finditer("abc"))
    "abc".encode("latin-1"); b"abc".decode(); "%d %s" % (3, "x"); f"{3.14:.2f}"; "a,b".split(","); 10 ** 20 // 3; int(" 7 ")
    "{0.real} {1[0]}".format(3, [4]); format("abc", ">5"); ",".join(x for x in "ab"); "abc".isidentifier(); "a,b".rpartition(",")
    "\\xe9".encode("ascii", "replace"); b"\\xff".decode("ascii", "replace"); b"\\xff".decode("ascii", "q"); "aB".translate({97: None})
    codecs.encode("a", "utf-8"); codecs.decode(b"a", "utf-8"); codecs.replace_errors(UnicodeTranslateError("x", 0, 1, "r"))
    b"abc".upper(); b"abc".capitalize(); b"abc"[::2]; b",".join([b"a", b"b"]); b"ab" * 3; "ab" * 3; b"abc".title(); b"a".swapcase()
    some = bytearray(b"abc"); some[1:2] = [65]; some[::2]; some.partition(b"A"); some.rpartition(b"A"); some *= 2; some.clear()
    bytearray(b",").join([b"a", bytearray(b"b")]); int(b"12"); int(bytearray(b"12")); int(c); float("1_0"); bytes([1, 2]); bytes(3)
    re.compile("(?i)[a-c]x", re.IGNORECASE).match("Bx"); "abc".upper().title(); ascii("\\xe9"); "a\\tb".expandtabs(); "x".zfill(3)
def numbers():
    abs(3 + 4j); 1j - 2j; 1j + 2j; (1j).real; (1j).imag; abs(-1.5); -(1.5); float(1.5); hash(float("nan")); hash(b"bytes" * 2)
    math.gcd(10 ** 30, 10 ** 20); divmod(7, 2); 7 % 3; 1 << 70; (1 << 70) >> 3; round(2.5, 1); pow(3, 4, 5); 7 / 2; 10 ** 30 * 10 ** 30
    operator.iand(6, 3); operator.ior(6, 3); operator.ixor(6, 3); operator.ilshift(1, 3); operator.irshift(8, 1); operator.imul(2, 3)
    operator.isub(5, 3); operator.iadd(5, 3); operator.ifloordiv(5, 3); operator.imod(5, 3); operator.itruediv(6, 3)
    operator.matmul; operator.concat([1], [2]); operator.iconcat([1], [2]); operator.not_(0); operator.index(c); operator.countOf([1], 1)
    time.localtime(0); time.strftime("%Y", time.gmtime(0)); time.asctime(time.gmtime(0)); time.process_time(); time.sleep(0)
    int.from_bytes(b"ab", "big"); (5).to_bytes(2, "big"); (5).bit_length(); math.floor(2.5); math.fsum([1.5, 2]); sys.getswitchinterval()
def collected():
    list(map(str, range(5))); sorted({1: 2, 3: 1}.items(), key=str); list({"a": 1}.keys()); [1, 2, 3][0:2]; [1] + [2]; [1, 2, 3][::2]
    len(c); c[1]; c + 1; 1 in c; operator.itemgetter(0)([1]); operator.itemgetter(0, 1)([1, 2]); operator.attrgetter("real")(1)
    memoryview(b"abc")[1]; tuple([1, 2]); exec("x = 1"); {1: 2}.copy(); dict(a=1).clear(); [3, 1].sort(); list(iter(int, 0))
    keywords(**{"a": 1}, **{"b": 2}); sys.getsizeof({}); [*list[int]]; {1} | {2}; {1, 2} - {1}; {"a", "b"} & {"b"}; {"a": 1}.keys() | {2}
    {"a": 1}.items() ^ {2: 3}.items(); ("a", 1) in {"a": 1}.items(); dict(c) if False else {}.update(c); [1, 2].insert(0, 3); [1, 2].remove(2)
    ordered = collections.OrderedDict(a=1); ordered.copy(); ordered.move_to_end("a"); collections.deque([1, 2]).rotate(1); dict.fromkeys("ab")
    view = memoryview(bytearray(8)).cast("P"); view[0] = 5; view[0]; hash(memoryview(b"a")); frozenset([1]) | {2}; set("ab").discard("a")
    marshal.loads(code); iter({1: 2}).__reduce__(); iter({1}).__reduce__(); [1, 2].__reversed__(); enumerate([1]); list(zip([1], [2]))
def made():
    type("T", (C,), {}); (lambda *a, k=2: a)(*[1, 2], k=3); types.CellType(1); types.FunctionType(one.__code__, {}); types.SimpleNamespace(a=1)
    D()(1); type("U", (), {"__init_subclass__": lambda: 0, "d": D()})().d; type.__qualname__; repr(object()); repr(C); int.__text_signature__
    int.__add__.__get__(3)(4); super(D, D()).__len__(); weakref.ref(D()); proxy = weakref.proxy(D); proxy.__name__; staticmethod(one)
    abc.ABCMeta("A", (), {"f": abc.abstractmethod(one)}); functools.lru_cache(None)(int)("1"); functools.partial(int, "1")(); property(one)
    classmethod(one).__get__(1); types.MappingProxyType({}); object.__new__(C); C.__dict__; setattr(C, "z", 1); delattr(C, "z"); vars(c); dir(c)
    eval("1 in {1, 2}"); compile("class K:\\n  def f(self, *a, k=1): return super().f(x for x in a)", "f", "exec"); symtable.symtable("x", "f", "exec")
def kept():
    variable.get(); variable.reset(variable.set(2)); contextvars.Context(); contextvars.copy_context().run(int); local.x = 1; local.x
    lock.acquire(timeout=1); lock.locked(); lock.release(); _thread.stack_size(0); enable(); disable(); gc.isenabled()
    sys.setrecursionlimit(1000); sys.is_finalizing(); sys.settrace(None); sys.setprofile(None); sys._getframe().f_back; sys._getframe().f_code
    signal.pthread_kill(_thread.get_ident(), 0); signal.pthread_sigmask(signal.SIG_BLOCK, []); signal.raise_signal(signal.SIGWINCH)
    warnings.warn("w"); warnings.warn_explicit("w", UserWarning, "f", 1); os.urandom(4); os.device_encoding(memory); os.get_inheritable(memory)
    os.close(os.dup(memory)); os.read(memory, 1); io.FileIO(memory, closefd=False).read(); io.BytesIO(b"ab\\nc").readline(); io.BytesIO(b"a").read(None)
    text = io.StringIO("a"); text.read(1); text.write("b"); text.getvalue(); text.close(); io.TextIOWrapper(io.BytesIO(b"a"), "ascii").read()
    pair = io.BufferedRWPair(io.BytesIO(b"ab"), io.BytesIO()); pair.peek(); pair.flush(); pair.isatty(); pair.close()
    some = generated(); next(some); some.close(); list(generated()); awaited().close(); aiter(c)
    try: awaited().send(None)
    except StopIteration: pass
def one(): errors(); texts(); numbers(); collected(); made(); kept()
for _ in range(20 + int(sys.argv[1])): one()
`;

export const rounds = 20;

export interface MadeOf {
	/** Through a call, honored or bypassed, and by a copy: in so many more rounds. */
	readonly called: number;
	readonly copied: number;
	/** Places that are not counted. */
	readonly left: number;
	readonly counted: number;
}

/** By symbol, the difference between n and 2n rounds. */
export function madeIn(work: Workshop, python: string): ReadonlyMap<string, MadeOf> {
	const [some, more] = [1, 2].map(times => functionsOf(work, python, times * rounds));
	return new Map(
		[...(more ?? [])].map(([symbol, after]) => {
			const before = some?.get(symbol);
			return [
				symbol,
				{
					called: callsOf(after) - (before === undefined ? 0 : callsOf(before)),
					copied: (after.inlined?.calls ?? 0) - (before?.inlined?.calls ?? 0),
					left: after.inlined?.left ?? 0,
					counted: after.inlined?.counted ?? 0,
				},
			];
		}),
	);
}

function functionsOf(work: Workshop, python: string, count: number): ReadonlyMap<string, FunctionReport> {
	const file = join(work.folder, `${count}.json`);
	const program = work.file('rounds.py', roundsProgram);
	const {status, stderr} = cli(['run', '--inlined', '--json', file, '--python', python, program, String(count)]);
	if (status !== 0) throw new Error(stderr);
	const {functions}: {readonly functions: readonly FunctionReport[]} = JSON.parse(readFileSync(file, 'utf8'));
	return new Map(functions.map(one => [one.symbol, one]));
}

function callsOf({calls}: FunctionReport): number {
	return calls.reduce((sum, {honored, bypassed}) => sum + honored + (bypassed ?? 0), 0);
}
