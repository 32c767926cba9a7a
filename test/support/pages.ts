/** This file opens pages in a headless Chromium, and holds them to html-validate. */

import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {HtmlValidate} from 'html-validate';
import {type Browser, type BrowserContextOptions, chromium, type Page} from 'playwright-core';
import {folder} from './cli.js';
import {file, needing} from './needs.js';

const executablePath = '/usr/bin/chromium';

export const inChromium = needing(file(executablePath));
export const desktop = {viewport: {width: 1280, height: 1000}};

/** `log` holds what the page complains of, and what it asks for beside its own file. */
export type Check = (t: ExecutionContext, page: Page, log: readonly string[]) => Promise<void>;

/** One browser for the tests of a file, from before the first to after the last; what is returned opens a page in it. */
export function oneBrowser(): (
	t: ExecutionContext,
	html: string,
	options: BrowserContextOptions,
	check: Check,
) => Promise<void> {
	let browser: Browser | undefined;
	test.before(async () => {
		if (!existsSync(executablePath)) return;
		// The sandbox needs user namespaces, which a container's root has not; the pages are the tests' own.
		browser = await chromium.launch({executablePath, args: ['--no-sandbox', '--disable-gpu']});
	});
	test.after.always(() => browser?.close());
	return async (t, html, options, check) => {
		if (browser === undefined) throw new Error('Chromium was not started.');
		const path = join(folder(t), 'page.html');
		writeFileSync(path, html);
		const context = await browser.newContext(options);
		const page = await context.newPage();
		const log: string[] = [];
		page.on('console', message => log.push(message.text()));
		page.on('pageerror', error => log.push(String(error)));
		page.on('request', request => void (request.url().startsWith('file:') || log.push(request.url())));
		await page.goto(pathToFileURL(path).href);
		await check(t, page, log);
		await context.close();
	};
}

const validator = new HtmlValidate({
	extends: ['html-validate:recommended', 'html-validate:a11y', 'html-validate:document'],
	// A closed list of rules that are about style, not validity.
	rules: {'long-title': 'off', 'no-trailing-whitespace': 'off', 'require-sri': 'off'},
});

/** What html-validate says of a page. */
export async function validated(
	html: string,
): Promise<{readonly valid: boolean; readonly messages: readonly string[]}> {
	const {valid, results} = await validator.validateString(html);
	return {
		valid,
		messages: results.flatMap(({messages}) =>
			messages.map(({line, message, ruleId}) => `${line}: ${ruleId}: ${message}`),
		),
	};
}
