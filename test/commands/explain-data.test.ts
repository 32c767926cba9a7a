/** This file tests what `explain` says of variables: each verdict in its words, and every command that it prints gives its number. */

import {execFileSync} from 'node:child_process';
import {machine} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {gatherDataExplanation} from '../../src/gather/explain-data.js';
import {dataByHand} from '../../src/render/explain/data-by-hand.js';
import {cli} from '../support/cli.js';
import {debianPython} from '../support/debian-python.js';
import {file, needing, program, x86} from '../support/needs.js';
import {systemLibpythons} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

const source = `
	int answer = 1;
	int *word = &answer;
	int code(void) { return answer; }
	extern int elsewhere;
	int other(void) { return elsewhere; }
`;

function explain(t: ExecutionContext, flags: readonly string[], symbol = 'answer'): string {
	const {compile, folder} = workshop(t);
	const elsewhere = compile('libelsewhere.so', 'int elsewhere;', ['-shared', '-fPIC', '-Wl,-soname,libelsewhere.so']);
	compile('libdata.so', source, [
		'-O1',
		'-shared',
		'-fPIC',
		'-nostdlib',
		'-Wl,-soname,libdata.so',
		elsewhere,
		...flags,
	]);
	const {stdout, stderr, status} = cli(['explain', symbol, 'libdata.so'], {cwd: folder});
	t.is(status, 0, stderr);
	return stdout.replaceAll(/\n(?! |\n)/g, ' ');
}

test('a variable of a plain library: every use reaches an override', t => {
	const said = explain(t, []);
	t.regex(
		said,
		/^Every use of answer in libdata\.so \(1 instruction and 2 words of data\) reaches an override\. Other objects/,
	);
	t.regex(said, /unless the executable defines answer or has a copy of it \(R_X86_64_COPY\)|R_AARCH64_COPY/);
	t.regex(
		said,
		/An override needs its 4 bytes, with a content of its own: nothing of what libdata\.so holds there gets into it\./,
	);
	t.regex(said, /1 relocation: GLOB_DAT names it/);
	t.notRegex(said, /two variables/);
});

test('a variable of a library linked with -Bsymbolic: no use reaches an override, and there are two variables', t => {
	const said = explain(t, ['-Wl,-Bsymbolic']);
	t.regex(
		said,
		/^No use of answer in libdata\.so \(1 instruction and \d words? of data\) reaches an override: the linker bound every symbol/,
	);
	t.regex(
		said,
		/With an override there are two variables: .* comparisons with &answer come out otherwise inside than elsewhere\./,
	);
	t.regex(said, /by the variable’s own address: no override is used here/);
});

test('a variable that the library takes from another', t => {
	const said = explain(t, [], 'elsewhere');
	t.regex(
		said,
		/^Every use of elsewhere in libdata\.so \(1 instruction and 1 word of data\) can reach an override; libdata\.so takes it from another object\./,
	);
});

test('a variable that nobody uses', t => {
	t.regex(explain(t, [], 'word'), /^libdata\.so exports word and does not use it: it is for others\./);
});

needing(x86)('a variable that an executable has a copy of, and one that it exports itself', t => {
	const {compile, folder} = workshop(t);
	const library = compile('libdata.so', 'int answer = 1;', ['-shared', '-fPIC']);
	const main = 'extern int answer; int own = 2; int main(void) { return answer + own; }';
	compile('program', main, [library, '-no-pie', '-fno-pic', '-rdynamic']);
	const said = (symbol: string) =>
		cli(['explain', symbol, 'program'], {cwd: folder}).stdout.replaceAll(/\n(?! |\n)/g, ' ');
	t.regex(
		said('answer'),
		/^program has a copy of answer, which is filled from an override when the program starts; from then on/,
	);
	t.regex(said('answer'), /1 relocation: COPY names it/);
	t.regex(
		said('own'),
		/^No use of own in program \(1 instruction\) reaches an override: the executable defines the variable itself/,
	);
});

test('an address that may as well be the end of a neighbour is said to be unclear, in place of a verdict', t => {
	const {compile, folder} = workshop(t);
	// The array's end is the address of the variable, which gcc would never compute without its name.
	const assembly = `
		__asm__(".data\\n .balign 64\\n array: .zero 32\\n .globl answer\\n .type answer, @object\\n .size answer, 4\\n answer: .long 1\\n end: .text");
		extern int answer;
		extern char array[] __attribute__((visibility("hidden")));
		int named(void) { return answer; }
		char *end_of_array(void) { return array + 32; }
	`;
	compile('libdata.so', assembly, ['-O1', '-shared', '-fPIC', '-nostdlib', '-Wl,-soname,libdata.so']);
	const {stdout} = cli(['explain', 'answer', 'libdata.so'], {cwd: folder});
	t.regex(
		stdout.replaceAll('\n', ' '),
		/^1 instruction and 1 word of data of libdata\.so reach an override of answer; whether 1 other place that has an address within it means it, or a neighbour, could not be found out\./,
	);
});

test('in JSON there are the answer, the counts, every use, and the commands', t => {
	const {compile, folder} = workshop(t);
	compile('libdata.so', source, ['-O1', '-shared', '-fPIC', '-nostdlib', '-Wl,--unresolved-symbols=ignore-all']);
	const json = JSON.parse(cli(['explain', '--json', 'answer', 'libdata.so'], {cwd: folder}).stdout);
	t.regex(json.answer, /^Every use of answer/);
	t.deepEqual([json.references.verdict, json.uses.length, json.byHand.length > 0], ['preemptible', 3, true]);
});

const builds = [debianPython(), ...systemLibpythons(), '/usr/lib/x86_64-linux-gnu/libc.so.6'].filter(
	path => path !== null,
);
for (const path of builds) {
	needing(
		x86,
		program('objdump'),
		program('readelf'),
		file(path),
	)(`the commands that explain prints for variables of ${path} give the numbers that it prints`, async t => {
		let commands = 0;
		for (const symbol of [
			'PyExc_TypeError',
			'PyType_Type',
			'_PyRuntime',
			'Py_Version',
			'stdout',
			'__environ',
			'errno',
		]) {
			const explanation = await gatherDataExplanation(path, symbol);
			for (const {command, prints} of explanation === null ? [] : dataByHand(explanation, machine())) {
				t.is(Number(execFileSync('sh', ['-c', `${command} || true`], {encoding: 'utf8'})), prints, command);
				commands += 1;
			}
		}
		t.true(commands >= 3);
	});
}

const taking = `
	int called(void) { return 1; }
	int (*taken(void))(void) { return called; }
`;
const comparing = `
	#include <stdio.h>
	int called(void); int (*taken(void))(void);
	int main(void) { printf("%d %d\\n", taken() == called, taken()()); }
`;

/** Whether the library's address of the function is the program's, with an override, and what a call through the library's gives. */
function addresses(t: ExecutionContext, library: readonly string[], main: readonly string[]) {
	const {compile, folder} = workshop(t);
	compile('override.so', 'int called(void) { return 2; }', ['-shared', '-fPIC']);
	const lib = compile('libtaking.so', taking, ['-O1', '-shared', '-fPIC', '-Wl,-soname,libtaking.so', ...library]);
	compile('program', comparing, ['-O1', lib, ...main]);
	const env = {LD_PRELOAD: join(folder, 'override.so'), LD_LIBRARY_PATH: folder};
	const seen = execFileSync(join(folder, 'program'), [], {encoding: 'utf8', env}).trim();
	const said = (name: string) => cli(['explain', 'called', name], {cwd: folder}).stdout.replaceAll('\n', ' ');
	return {seen, ofProgram: said('program'), ofLibrary: said('libtaking.so')};
}

const otherwise =
	/Where libtaking\.so takes its address, it is the function’s own: with an override &called is another address for other objects/;
const stub =
	/Everybody’s &called is the PLT stub of program at 0x[0-9a-f]+: calls through it reach an override, and comparisons of such addresses come out equal\./;

needing(x86)(
	'the address of a function is one for all where all look it up, as explain says and a program shows',
	t => {
		const {seen, ofProgram, ofLibrary} = addresses(t, [], ['-fPIC', '-pie']);
		t.is(seen, '1 2');
		t.notRegex(ofLibrary, otherwise);
		t.notRegex(ofProgram, stub);
	},
);

needing(x86)('it is the PLT stub of a program for a fixed address, and a call through it runs the override', t => {
	const {seen, ofProgram} = addresses(t, [], ['-fno-pic', '-no-pie']);
	t.is(seen, '1 2');
	t.regex(ofProgram, stub);
});

needing(x86)('it is another for a library linked with -Bsymbolic-functions than for its program', t => {
	const {seen, ofLibrary} = addresses(t, ['-Wl,-Bsymbolic-functions'], ['-fPIC', '-pie']);
	t.is(seen, '0 1');
	t.regex(ofLibrary, otherwise);
});
