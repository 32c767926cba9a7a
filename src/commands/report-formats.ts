/** This file lists the formats of a report, and writes each. */

import {appendFileSync} from 'node:fs';
import {SuiteError, UsageError} from '../errors.js';
import type {BenchReport} from '../model/bench.js';
import type {Held} from '../model/contract.js';
import type {Report} from '../model/report.js';
import {fileErrorWords} from '../process/file-errors.js';
import type {HtmlOptions} from '../render/html/html.js';
import type {Io, Option, OptionValues} from './command.js';
import {fatesOn} from './fates.js';
import {type OutputPlan, type Renderers, writes} from './output.js';
import {say} from './say.js';

export const reportFormats = [
	'terminal',
	'json',
	'markdown',
	'junit',
	'tap',
	'tmt',
	'html',
	'codequality',
	'sarif',
	'badge',
] as const;

export const detailsOption: Option = {
	name: 'details',
	help: 'on the terminal, every function with its counts, and all findings',
};

export const measuredOption: Option = {
	name: 'measured',
	value: 'FILE',
	help: "html: what 'bench --json' wrote of these builds, to show speed beside what is lost",
};

/** Asked before the work begins. Errors: UsageError where a measurement is given and no page asked for. */
export function mustShowMeasured(options: OptionValues, plan: OutputPlan): void {
	if (options.text('measured') === undefined || writes(plan, 'html')) return;
	throw new UsageError('--measured is shown on the page, which is not asked for.', {
		hint: 'Add --output html=FILE.',
	});
}

/** Null where none is given. Errors: SuiteError where the file is none, or measures fewer than two of the builds. */
export async function measuredOf(options: OptionValues, {targets}: Report): Promise<BenchReport | null> {
	const path = options.text('measured');
	if (path === undefined) return null;
	const {savedJson} = await import('./saved-json.js');
	const measured = savedJson<BenchReport>(path, 'means', 'bench');
	if (!isMeasurement(measured)) {
		throw new SuiteError(`${path} is no measurement that can be read.`, {
			hint: "Give a file that 'pyinterpose bench --json' wrote.",
		});
	}
	const paths = new Set(targets.flatMap(({executable, interpreter}) => [executable, interpreter.path]));
	if (measured.targets.filter(target => paths.has(target.path)).length < 2) {
		throw new SuiteError(`${path} measures fewer than two of the builds in this report.`, {
			hint: "Measure them with 'pyinterpose bench TARGET TARGET... --json'.",
		});
	}
	return measured;
}

/** Of what the page shows: a foreign file may have anything in its place. */
function isMeasurement({targets, means}: BenchReport): boolean {
	const isTarget = (one: Partial<BenchReport['targets'][number]> | null) =>
		typeof one?.name === 'string' && typeof one.path === 'string';
	const isMean = (one: Partial<BenchReport['means'][number]> | null) =>
		typeof one?.target === 'string' && [one.ratio, one.low, one.high].every(ratio => Number(ratio) > 0);
	return Array.isArray(targets) && targets.every(isTarget) && means.every(isMean);
}

/** What the renderers show beyond the report itself. */
export interface ReportWishes extends HtmlOptions {
	readonly details?: boolean;
}

/** `held` is null where no contract was asked for. Each renderer is loaded where it is asked for. */
export function reportRenderers(report: Report, held: Held | null, wishes: ReportWishes = {}): Renderers {
	return {
		async terminal(options) {
			const text = (await import('../render/report/terminal.js')).renderTerminal(report, {
				...options,
				details: wishes.details === true,
				fatesOn: await fatesOn(),
			});
			if (held === null) return text;
			return `${(await import('../render/report/broken.js')).renderHeld(held, options)}\n${text}`;
		},
		json: async () => (await import('../render/json.js')).renderJson(report),
		markdown: async () => (await import('../render/report/markdown.js')).renderMarkdown(report, held, await fatesOn()),
		junit: async () => (await import('../render/report/junit.js')).renderJunit(report, held),
		tap: async () => (await import('../render/report/tap.js')).renderTap(report, held),
		tmt: async () => (await import('../render/report/tmt.js')).renderTmt(report, held),
		html: async () =>
			(await import('../render/html/html.js')).renderHtml(report, held, {...wishes, fatesOn: await fatesOn()}),
		codequality: async () => (await import('../render/report/annotations.js')).renderCodeQuality(report, held),
		sarif: async () => (await import('../render/report/sarif.js')).renderSarif(report, held),
		badge: async () => (await import('../render/report/badge.js')).renderBadge(report, held),
	} satisfies Record<(typeof reportFormats)[number], Renderers[string]>;
}

/** On GitHub: annotations on standard error, where its runner reads them too, and the job's summary page. */
export async function tellCi(report: Report, held: Held | null, io: Io): Promise<void> {
	const {env} = io;
	if (env.GITHUB_ACTIONS === 'true') {
		io.stderr.write((await import('../render/report/annotations.js')).renderGithub(report, held));
	}
	const summary = env.GITHUB_STEP_SUMMARY;
	if (summary === undefined || summary === '') return;
	const {renderMarkdown} = await import('../render/report/markdown.js');
	try {
		appendFileSync(summary, renderMarkdown(report, held, await fatesOn()).slice(0, mostSummary));
	} catch (error) {
		// The report is in its other places: a summary page that cannot be written is no reason to fail.
		say(io, 'warning', `The summary page cannot be written: ${fileErrorWords(error)}.`);
	}
}

/** GitHub refuses a page above one megabyte; characters may take four bytes. */
const mostSummary = 250_000;
