/** This file holds the static witness to readelf on machines whose code is not decoded: relocations alone tell there. */

import {existsSync, readFileSync} from 'node:fs';
import test, {type ExecutionContext} from 'ava';
import {SuiteError} from '../../src/errors.js';
import {gatherStatic, summaryOf} from '../../src/gather/static.js';
import {renderInspect} from '../../src/render/inspect/inspect.js';
import {inspectBytes} from '../elf/support/inspect-bytes.js';
import {libraries} from '../elf/support/libraries.js';
import {run} from '../elf/support/tool.js';
import {file, needing, program} from '../support/needs.js';
import {inlinedUnknown} from '../support/reports.js';
import {workshop} from '../support/workshop.js';

/** Debian's folders of the libraries that cross compilers link with. */
const ports = ['arm-linux-gnueabihf'];

for (const port of ports) {
	const folder = `/usr/${port}/lib`;
	const found = existsSync(folder) ? libraries(folder).filter(({size}) => size < 4_000_000) : [];
	needing(program('readelf'), file(folder))(`there are libraries of ${port} to compare with readelf`, t => {
		t.true(found.length > 0);
	});
	for (const {name, path} of found.slice(0, 8)) {
		test(`${port} ${name}: named relocations are those that readelf shows`, equalsReadelf, path);
	}
}

async function equalsReadelf(t: ExecutionContext, path: string): Promise<void> {
	const {report} = await inspectBytes(readFileSync(path));
	const expected = namedRelocations(path);
	const seen = report.symbols.filter(({addresses}) => addresses.preemptible > 0);
	t.deepEqual(
		Object.fromEntries(seen.map(({symbol, addresses}) => [symbol.replace(/@.*/, ''), addresses.preemptible])),
		Object.fromEntries(
			report.symbols
				.map(({symbol}) => symbol.replace(/@.*/, ''))
				.filter(symbol => expected.has(symbol))
				.map(symbol => [symbol, expected.get(symbol)]),
		),
	);
	t.is(report.binding.mode, 'mixed');
	t.is(report.facts?.[0]?.kind, 'not-decoded');
	t.deepEqual(
		summaryOf({path, ...report, inlined: inlinedUnknown, symbols: report.symbols.map(one => ({...one, inlined: null}))})
			.calls,
		{preemptible: 0, bound: 0},
	);
	t.regex(
		renderInspect(
			summaryOf({
				path,
				...report,
				inlined: inlinedUnknown,
				symbols: report.symbols.map(one => ({...one, inlined: null})),
			}),
			false,
		),
		/what its relocations tell\n(?:.*\n)+.*not decoded/,
	);
}

/** By name, of those that put the address of a symbol somewhere. */
function namedRelocations(path: string): ReadonlyMap<string, number> {
	const types = /_(?:JU?MP_SLO\w*|GLOB_DAT|ABS32|ADDR64|32|64)$/;
	const counts = new Map<string, number>();
	for (const line of run('readelf', ['-rW', path]).split('\n')) {
		const [, type = '', value = '', symbol = ''] =
			/^[0-9a-f]{8,} +[0-9a-f]+ +(R_\w+) +([0-9a-f]+) +([^\s@]+)/.exec(line) ?? [];
		if (!types.test(type) || value === '') continue;
		counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
	}
	return counts;
}

test('an object for a machine whose relocations are not known is refused, with its file and its machine', async t => {
	const {compile, file} = workshop(t);
	const bytes = readFileSync(compile('liba.so', 'int one(void) { return 1; }', ['-shared']));
	// EM_MIPS
	bytes.writeUInt16LE(8, 18);
	const path = file('libmips.so', bytes);
	const error = await t.throwsAsync(gatherStatic(path), {instanceOf: SuiteError});
	t.true(error?.message.startsWith(path));
	t.regex(error?.message ?? '', /machine mips/);
});
