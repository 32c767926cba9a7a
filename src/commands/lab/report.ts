/** This file is `pyinterpose lab report`: checks and measures the builds, and shows both on one sheet. */

import {availableParallelism} from 'node:os';
import {measureTargets} from '../../bench/bench.js';
import {mergeBenches} from '../../bench/merge.js';
import {processorToPin} from '../../bench/pin.js';
import {defaultRule} from '../../bench/rule.js';
import {workloadNames} from '../../bench/run.js';
import {SuiteError, UsageError} from '../../errors.js';
import {loadedSize} from '../../gather/loaded-size.js';
import type {Lab} from '../../lab/lab.js';
import {variantNamed} from '../../lab/make-variant.js';
import {allBuilds, type Built, reached} from '../../lab/record.js';
import {barsIn} from '../../lab/saved-bars.js';
import {makeSheet} from '../../lab/sheet.js';
import {openSource} from '../../lab/source.js';
import {variants} from '../../lab/variants.js';
import {meant} from '../../meant.js';
import type {BenchReport} from '../../model/bench.js';
import type {Sheet} from '../../model/sheet.js';
import {checkTargets} from '../../pipeline.js';
import {readRegularFile} from '../../process/input.js';
import {barsOfSheet, gainAgainstLoss} from '../../render/lab/bars.js';
import {renderSheet} from '../../render/lab/sheet.js';
import {renderSheetHtml} from '../../render/lab/sheet-html.js';
import {renderSheetMarkdown} from '../../render/lab/sheet-markdown.js';
import {withLauncher} from '../../target/launch.js';
import {startables} from '../bench.js';
import {type ExitStatus, exitStatus, type Invocation} from '../command.js';
import {savedJson} from '../saved-json.js';
import {withLab} from './setting.js';

const base = 'shared';

export function runReport(invocation: Invocation): Promise<ExitStatus> {
	const {options, io} = invocation;
	const format = options.text('format') ?? (options.flag('json') ? 'json' : 'terminal');
	const render = renderer(format);
	return withLab(invocation, async lab => {
		const from = options.text('from');
		if (from !== undefined && format === 'svg' && from.endsWith('.md')) {
			const {bars, base} = barsIn(readRegularFile(from, {mostBytes: 16 * 1024 * 1024}), from);
			io.stdout.write(`${gainAgainstLoss(bars, base, true)}\n`);
			return exitStatus.asExpected;
		}
		const sheet = from === undefined ? await fresh(invocation, lab) : savedJson<Sheet>(from, 'rows', 'lab report');
		io.stdout.write(render(sheet));
		return exitStatus.asExpected;
	});
}

function renderer(format: string): (sheet: Sheet) => string {
	const known = new Map<string, (sheet: Sheet) => string>([
		['terminal', renderSheet],
		['markdown', renderSheetMarkdown],
		['html', renderSheetHtml],
		['svg', sheet => `${gainAgainstLoss(barsOfSheet(sheet), sheet.base, true)}\n`],
		['json', sheet => `${JSON.stringify(sheet, null, '\t')}\n`],
	]);
	const render = known.get(format);
	if (render === undefined) {
		throw new UsageError(`There is no format '${format}'.`, {
			hint: meant(format, [...known.keys()], `The formats are ${[...known.keys()].join(', ')}.`),
		});
	}
	return render;
}

async function fresh(invocation: Invocation, lab: Lab): Promise<Sheet> {
	const {positionals, options, io} = invocation;
	const source = options.text('source');
	const digest = source === undefined ? null : (await openSource(source, lab)).digest;
	const builds = chosen(lab, positionals, digest);
	const report = await checkTargets({
		wanted: {kind: 'named', names: builds.map(({python}) => python)},
		selection: {symbols: [], routes: []},
		sweep: true,
		timeoutSeconds: 120,
		jobs: availableParallelism(),
		env: io.env,
		signal: io.signal,
		progress: what => lab.tell.now(`checking ${what}`),
	});
	const measured = await measurement(builds, invocation, lab);
	const bytes = new Map(builds.map(({interpreter}) => [interpreter, loadedSize(interpreter)]));
	return makeSheet({builds, report, bench: measured, bytes});
}

/** New, or put together from files, or none. */
async function measurement(builds: readonly Built[], invocation: Invocation, lab: Lab): Promise<BenchReport | null> {
	const {options} = invocation;
	const [first, ...others] = options.texts('measured').map(path => savedJson<BenchReport>(path, 'means', 'bench'));
	if (first !== undefined) return mergeBenches([first, ...others]);
	return options.flag('no-bench') ? null : measure(builds, invocation, lab);
}

async function measure(builds: readonly Built[], {options, io}: Invocation, lab: Lab): Promise<BenchReport> {
	return withLauncher(io.env, async launch => {
		const targets = await startables(
			builds.map(({python}) => python),
			launch,
			io,
		);
		return measureTargets({
			targets: targets.map((target, index) => ({...target, name: builds[index]?.name ?? target.name})),
			workloads: workloadNames(),
			rule: {...defaultRule, seconds: options.positive('seconds') ?? defaultRule.seconds * builds.length},
			pinned: await processorToPin(io.signal),
			handicap: 0,
			signal: io.signal,
			now: lab.tell.now,
		});
	});
}

/** The builds of one source and form, the base first. Errors: SuiteError where the base is not built. */
function chosen({root, quick}: Lab, names: readonly string[], digest: string | null): readonly Built[] {
	for (const name of names) variantNamed(name);
	const finished = allBuilds(root).filter(
		build => reached(build, 'checked') && (digest === null || build.source === digest),
	);
	const bases = finished.filter(build => build.name === base);
	const first = bases.find(build => build.quick === quick) ?? bases[0];
	if (first === undefined) {
		throw new SuiteError(`There is no finished build of '${base}' to compare with.`, {
			hint: `Run 'pyinterpose lab build --quick' first.`,
		});
	}
	const others = variants.flatMap(({name}) => {
		if (name === base || (names.length > 0 && !names.includes(name))) return [];
		const own = finished.filter(
			build => build.name === name && build.source === first.source && build.quick === first.quick,
		);
		if (own.length === 0 && names.includes(name)) {
			throw new SuiteError(`'${name}' is not built.`, {hint: `Run 'pyinterpose lab build ${name}' first.`});
		}
		return own.slice(-1);
	});
	return [first, ...others];
}
