/** This file writes what a hunt found: who interposes on libpython first, then on libc, then what sets LD_PRELOAD. */

import type {HuntReport, Interposer, InterposerSign, PreloadSetter} from '../../model/hunt.js';
import {counted, few} from '../numbers.js';
import {type Space, space, type TerminalOptions} from '../space.js';
import {hang, wrap} from '../text.js';

export function renderHunt(report: HuntReport, options: TerminalOptions): string {
	const terminal = space(options);
	const onPython = report.interposers.filter(({libpython}) => libpython.length > 0);
	const onLibc = report.interposers.filter(({libpython}) => libpython.length === 0);
	const sections = [
		answer(report, onPython, terminal),
		list(`On functions of libpython`, onPython, ({libpython}) => libpython, terminal),
		list(`On functions of libc alone`, onLibc, ({libc}) => libc, terminal),
		launchers('What sets LD_PRELOAD', ofForm(report, 'text'), terminal),
		launchers('Programs that hold the name LD_PRELOAD', ofForm(report, 'program'), terminal),
		failures(report, terminal),
		looked(report, terminal),
	].filter(lines => lines.length > 0);
	return `${sections.map(lines => lines.join('\n')).join('\n\n')}\n`;
}

function answer({interposers, counts}: HuntReport, onPython: readonly Interposer[], terminal: Space): string[] {
	const text =
		onPython.length === 0
			? `Nothing here interposes on libpython: none of ${counted(counts.objects, 'ELF object')} defines one of its functions and looks like an interposer.`
			: `${counted(onPython.length, 'object')} of ${counted(counts.objects, 'ELF object')} ${onPython.length === 1 ? 'interposes' : 'interpose'} on libpython.`;
	const others = interposers.length - onPython.length;
	const rest =
		others === 0 ? '' : ` ${counted(others, 'object')} ${others === 1 ? 'interposes' : 'interpose'} on libc alone.`;
	return wrap(text + rest, terminal.columns).map(terminal.brush.bold);
}

function list(
	title: string,
	interposers: readonly Interposer[],
	pick: (interposer: Interposer) => readonly string[],
	{columns, brush, show}: Space,
): string[] {
	if (interposers.length === 0) return [];
	return [
		brush.bold(title),
		...interposers.flatMap(interposer => {
			const {place, known, signs} = interposer;
			const who = known === null ? '' : ` (${known})`;
			return [
				`  ${show(place)}${show(who)}`,
				...hang(
					show(`${few(pick(interposer), mostNames)}; ${signs.map(sign => signWords[sign]).join(', ')}`),
					columns,
					'    ',
				).map(brush.dim),
			];
		}),
	];
}

/** Each finishes "it …". */
const signWords = {
	forwards: 'looks the next definition up',
	allocator: 'replaces malloc',
	'stands-in': 'exports hardly anything else',
	named: 'is named where LD_PRELOAD is set',
} as const satisfies Record<InterposerSign, string>;

function ofForm({launchers}: HuntReport, form: PreloadSetter['form']): readonly PreloadSetter[] {
	return launchers.filter(launcher => launcher.form === form);
}

function launchers(title: string, found: readonly PreloadSetter[], {columns, brush, show}: Space): string[] {
	if (found.length === 0) return [];
	return [
		brush.bold(title),
		...found.flatMap(({place, line, text}) => [
			`  ${show(place)}${line === null ? '' : `:${line}`}`,
			...hang(show(text), columns, '    ').map(brush.dim),
		]),
	];
}

function failures({failures: found}: HuntReport, {columns, brush, show}: Space): string[] {
	if (found.length === 0) return [];
	return [
		brush.bold('What could not be looked at'),
		...found.slice(0, mostFailures).flatMap(({place, message}) => hang(show(`${place}: ${message}`), columns, '  ')),
		...(found.length > mostFailures ? [`  and ${found.length - mostFailures} more; --json has them all`] : []),
	];
}

const mostFailures = 20;

function looked(
	{looked: {functions, libpython, shards}, counts, others, interpreters}: HuntReport,
	{columns, brush, show}: Space,
): string[] {
	const of = libpython[0] === 'known' ? 'known libpythons' : libpython.join(', ');
	const text = [
		`Looked at ${counted(counts.files, 'file')} (${counted(counts.archives, 'archive')}, ${counted(counts.objects, 'ELF object')}, ${counted(counts.texts, 'text')})`,
		` for ${functions.libpython} functions of ${of} and ${functions.libc} of libc`,
		shards.length === 0 ? '.' : `, shard ${shards.join(', ')}.`,
		interpreters.length === 0
			? ''
			: ` ${counted(interpreters.length, 'object')} ${interpreters.length === 1 ? 'is' : 'are'} an interpreter.`,
		others.length === 0
			? ''
			: ` ${counted(others.length, 'object')} ${others.length === 1 ? 'defines' : 'define'} such a function and show no sign of an interposer.`,
	].join('');
	return wrap(show(text), columns).map(brush.dim);
}

const mostNames = 6;
