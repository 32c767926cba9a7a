/** This file lists the formats of a report, and writes each. */

import {appendFileSync} from 'node:fs';
import type {Broken} from '../model/contract.js';
import type {Report} from '../model/report.js';
import {visible} from '../model/visible.js';
import {renderCodeQuality, renderGithub} from '../render/annotations.js';
import {renderBroken} from '../render/broken.js';
import {type HtmlOptions, renderHtml} from '../render/html.js';
import {renderJson} from '../render/json.js';
import {renderJunit} from '../render/junit.js';
import {renderMarkdown} from '../render/markdown.js';
import {renderTap} from '../render/tap.js';
import {renderTerminal} from '../render/terminal.js';
import {renderTmt} from '../render/tmt.js';
import type {Io} from './command.js';
import type {Renderers} from './output.js';

export const reportFormats = ['terminal', 'json', 'markdown', 'junit', 'tap', 'tmt', 'html', 'codequality'] as const;

/** `broken` is null where no contract was asked for. */
export function reportRenderers(report: Report, broken: readonly Broken[] | null, html: HtmlOptions = {}): Renderers {
	const held = broken ?? [];
	return {
		terminal: options =>
			renderTerminal(report, options) + (broken === null ? '' : `\n${renderBroken(broken, options)}`),
		json: () => renderJson(report),
		markdown: () => renderMarkdown(report, held),
		junit: () => renderJunit(report, held),
		tap: () => renderTap(report, held),
		tmt: () => renderTmt(report, held),
		html: () => renderHtml(report, held, html),
		codequality: () => renderCodeQuality(report, held),
	} satisfies Record<(typeof reportFormats)[number], Renderers[string]>;
}

/** On GitHub: annotations on standard error, where its runner reads them too, and the job's summary page. */
export function tellCi(report: Report, broken: readonly Broken[] | null, {env, stderr}: Io): void {
	if (env.GITHUB_ACTIONS === 'true') stderr.write(renderGithub(report, broken ?? []));
	const summary = env.GITHUB_STEP_SUMMARY;
	if (summary === undefined || summary === '') return;
	try {
		appendFileSync(summary, renderMarkdown(report, broken ?? []).slice(0, mostSummary));
	} catch (error) {
		// The report is in its other places: a summary page that cannot be written is no reason to fail.
		stderr.write(
			`pyinterpose: The summary page cannot be written: ${visible(error instanceof Error ? error.message : String(error))}\n`,
		);
	}
}

/** GitHub refuses a page above one megabyte; characters may take four bytes. */
const mostSummary = 250_000;
