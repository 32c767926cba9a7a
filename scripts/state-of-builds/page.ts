/** This file writes the page of the state of builds. Pure: the same data give the same page. */

import type {BindingMode} from '../../src/model/binding.js';
import {code, escapeMarkdown, table} from '../../src/render/markdown-text.js';
import {grouped, percent} from '../../src/render/numbers.js';
import {type Fates, type Group, type Row, type State, shownFamilies} from './row.js';

const introduction = `# The state of builds

Which \`LD_PRELOAD\` overrides does a Python honor that can be had today? Each row is a build that was checked, by
\`pyinterpose check\`, on the day that stands above it. The page is written by \`scripts/state-of-builds.sh\` from those reports
and kept as data in \`docs/state-of-builds.json\`; nothing here is written by hand. To repeat a part, run the command above it: it
unpacks the release's packages in a folder, with no rights and no change of the system, and checks what is in them.

A cell is *works / all*, in functions of one [family](glossary.md): those of which every call by the interpreter itself runs the
override, of all that it calls. \`~1\` beside it: of one more, some calls do. \`?1\`: of one it could not be found out. *Others* are calls of
all families of Python's C API by extension modules, the executable and through \`dlsym\`; *libc, others* the same of libc's. *Calls* is the
share of the interpreter's own calls that reached an override while a broad workload ran with every function overridden.

## What a packager must know

${table(
	['Binding', 'What it means for overrides'],
	Object.entries(meanings()).map(([mode, text]) => [code(mode), text]),
)}
`;

function meanings(): Readonly<Record<BindingMode, string>> {
	return {
		preemptible: 'Default flags: every call that is still a call can be overridden, whoever makes it. It costs speed.',
		'no-semantic-interposition':
			'[Calls within one source file are lost](same-unit.md), those between files stay. `--enable-optimizations` does it since 3.10.',
		'no-semantic-interposition-lto':
			'[Almost every internal call is lost](lto.md): link-time optimisation makes one file of all.',
		'symbolic-functions':
			'[Every internal call is lost](symbolic-functions.md); extension modules still reach an override.',
		symbolic: '[Every internal call is lost, and data with it](symbolic.md).',
		protected: '[Every internal call is lost](protected.md).',
		executable:
			'[The executable holds the interpreter](executable-defines-it.md): no override of the C API works, whoever calls. Overrides of libc do.',
		mixed: 'Bound in part, in no way that has a name.',
	};
}

export function statePage({groups}: State): string {
	return `${[introduction.trimEnd(), ...groups.map(groupText)].join('\n\n')}\n`;
}

function groupText({name, command, date, missing, host, rows, failures, transcripts = []}: Group): string {
	const blocks = [`## ${escapeMarkdown(name)}`, `    ${command}`];
	if (missing !== null) blocks.push(escapeMarkdown(missing));
	if (date !== null && host !== null) {
		blocks.push(`Checked on ${date}: ${escapeMarkdown(`${host.machine}, ${host.libc}`)}.`);
	}
	if (rows.length > 0) blocks.push(sharesTable(rows), rows.map(about).join('\n'));
	for (const failure of failures) blocks.push(`Not checked: ${code(failure.name)}: ${escapeMarkdown(failure.message)}`);
	for (const one of transcripts) blocks.push(indented(`$ ${one.command}\n${one.output.trimEnd()}`));
	return blocks.join('\n\n');
}

function indented(text: string): string {
	return text.replaceAll(/^(?=.)/gm, '    ');
}

function sharesTable(rows: readonly Row[]): string {
	return table(
		['Python', 'Version', 'Binding', ...shownFamilies, 'Others', 'libc, others', 'Calls'],
		rows.map(row => {
			const of = (libc: boolean) => row.shares.filter(({family}) => family.startsWith('libc-') === libc);
			return [
				code(row.name),
				escapeMarkdown(row.version),
				code(row.mode),
				...row.shares.map(({interpreter}) => cell(interpreter)),
				cell(added(of(false).map(({others}) => others))),
				cell(added(of(true).map(({others}) => others))),
				callsOf(row),
			];
		}),
	);
}

function cell([works, partly, lost, unknown]: Fates): string {
	const all = works + partly + lost + unknown;
	if (all === 0) return '–';
	return `${works}/${all}${partly === 0 ? '' : ` ~${partly}`}${unknown === 0 ? '' : ` ?${unknown}`}`.replace(
		'~',
		'\\~',
	);
}

function added(fates: readonly Fates[]): Fates {
	return fates.reduce(([a, b, c, d], [e, f, g, h]) => [a + e, b + f, c + g, d + h] as const, [0, 0, 0, 0] as const);
}

function callsOf({workload}: Row): string {
	if (workload === null) return '–';
	const {honored, bypassed} = workload;
	return bypassed === null ? '?' : `${percent(honored, honored + bypassed)} of ${grouped(honored + bypassed)}`;
}

function about(row: Row): string {
	const {name, buildId, flags, answer, remedy, findings} = row;
	const from = row.package === null ? '' : ` (${escapeMarkdown(row.package)})`;
	const id = buildId === null ? 'no build-id' : `build-id ${code(buildId)}`;
	const said =
		flags.length === 0
			? 'it says no flag that bears on overrides'
			: `it says ${flags.map(flag => `\`${flag.replaceAll('`', '')}\``).join(' ')}`;
	return [
		`- ${code(name)}${from}: ${id}; ${said}.`,
		`  ${escapeMarkdown(answer)}`,
		...(remedy === null ? [] : [`  To get them back: ${escapeMarkdown(remedy)}.`]),
		...(findings.length === 0 ? [] : [`  Findings: ${findings.map(code).join(', ')}.`]),
	].join('\n');
}
