/** This file opens the HTML report in a headless Chromium: reads it, filters it, prints it, and takes its picture. */

import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {type Browser, type BrowserContextOptions, chromium, type Page} from 'playwright-core';
import type {Held} from '../../src/model/contract.js';
import type {Report} from '../../src/model/report.js';
import {renderHtml} from '../../src/render/html/html.js';
import {brokenContract, hostileBroken} from '../support/broken.js';
import {folder} from '../support/cli.js';
import {manyBuilds, swept} from '../support/many.js';
import {everyKind, hostileReport, twoBuilds} from '../support/reports.js';

const executablePath = '/usr/bin/chromium';
const pictures = fileURLToPath(new URL('../../screenshots/', import.meta.url));
const desktop = {viewport: {width: 1280, height: 1000}};
const phone = {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true};

let browser: Browser | undefined;

test.before(async () => {
	if (!existsSync(executablePath)) return;
	// The sandbox needs user namespaces, which a container's root has not; the pages are this test's own.
	browser = await chromium.launch({executablePath, args: ['--no-sandbox', '--disable-gpu']});
});

test.after.always(() => browser?.close());

test(
	'the page asks for nothing and complains of nothing',
	opened,
	everyKind,
	brokenContract,
	desktop,
	async (t, page, log) => {
		t.deepEqual(log, []);
		t.is(await page.title(), 'Which overrides do these builds honor? pyinterpose');
	},
);

test('a symbol\u2019s page shows its call sites, disassembled, as text', t => {
	const sites = {
		path: '/lib/<b>.so',
		preemptible: 2,
		bound: 1,
		samples: [
			{at: 0x1c1b58, preemptible: true, inside: 'f+0x2', code: [{address: 0x1c1b58, text: 'call <PyErr_Clear>@plt'}]},
		],
	};
	const page = renderHtml(everyKind, null, {callSites: new Map([['PyErr_Clear', [sites]]])});
	t.true(page.includes('3 calls in <code>/lib/&lt;b&gt;.so</code>, 2 of which an override can reach'));
	t.true(page.includes('f+0x2: an override is found\n&gt; 0x1c1b58  call &lt;PyErr_Clear&gt;@plt</pre>'));
});

test(
	'hostile text runs no script and makes no element',
	opened,
	hostileReport,
	hostileBroken,
	desktop,
	async (t, page, log) => {
		t.deepEqual(log, []);
		t.is(await page.locator('script').count(), 1);
		t.is(await page.locator('main script, main img, main iframe').count(), 0);
	},
);

test(
	'without script the page is whole, and shows no control that needs one',
	opened,
	twoBuilds,
	null,
	{...desktop, javaScriptEnabled: false},
	async (t, page) => {
		t.is(await page.locator('tbody.family tr[data-s]:visible').count(), 10);
		t.false(await page.locator('#filters').isVisible());
		await page.locator('summary', {hasText: 'PyErr_Clear'}).click();
		t.true(await page.getByText('no call ran the override: the linker bound the call').first().isVisible());
	},
);

test('search by symbol leaves its rows and says how many', opened, twoBuilds, null, desktop, async (t, page) => {
	await page.getByRole('searchbox').fill('pyerr_occ');
	t.is(await visibleRows(page), 2);
	t.regex((await page.locator('#found').textContent()) ?? '', /^2 of 10 rows$/);
	await page.keyboard.press('Escape');
	await settled(page, 10);
	t.is(await visibleRows(page), 10);
});

test('each filter leaves what it names', opened, twoBuilds, null, desktop, async (t, page) => {
	for (const [label, value, rows] of [
		['Family', 'error', 4],
		['Verdict', 'inconclusive', 1],
		['Cause', 'lto', 1],
		['Route', 'dlsym', 1],
	] as const) {
		await page.getByLabel(label, {exact: false}).and(page.locator('select')).selectOption(value);
		t.is(await visibleRows(page), rows, label);
		await page.getByRole('button', {name: 'Clear'}).click();
		await settled(page, 10);
	}
	await page.getByLabel('only differences').check();
	t.is(await visibleRows(page), 7);
});

test('a family without a row left is left out', opened, twoBuilds, null, desktop, async (t, page) => {
	await page.getByRole('searchbox').fill('malloc');
	await visibleRows(page);
	t.deepEqual(await page.locator('tbody.family:visible th[colspan]').allTextContents(), ['memory', 'libc-memory']);
});

test('the keyboard alone reaches search and a symbol’s page', opened, twoBuilds, null, desktop, async (t, page) => {
	await page.keyboard.press('/');
	t.is(await page.evaluate('document.activeElement.name'), 'text');
	await page.keyboard.type('PyMem_Malloc');
	await visibleRows(page);
	await page.getByRole('link', {name: 'PyMem_Malloc'}).focus();
	await page.keyboard.press('Enter');
	await page.locator('details.symbol[open] summary:focus').waitFor();
	t.regex((await page.locator('details.symbol[open]').textContent()) ?? '', /the probe ended with signal SIGSEGV/);
});

test(
	'a screen reader hears the verdict of a cell, its column and its row',
	opened,
	everyKind,
	null,
	desktop,
	async (t, page) => {
		t.is(
			await page
				.getByRole('row', {name: /PyErr_SetString/})
				.getByRole('cell', {name: 'bypassed 64'})
				.count(),
			1,
		);
		t.true((await page.getByRole('columnheader', {name: 'interpreter'}).count()) > 0);
		t.is(await page.getByRole('rowheader', {name: 'PyErr_SetString'}).count(), 1);
		t.is(
			await page
				.getByRole('img', {name: '4 honored, 1 absent, 1 uncalled, 1 partial, 2 bypassed, 1 inconclusive'})
				.count(),
			1,
		);
	},
);

test('light and dark differ, and both have readable contrast', opened, everyKind, null, desktop, async (t, page) => {
	const seen = [];
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({colorScheme});
		const ratios = await page.evaluate(contrasts);
		t.true(
			ratios.every(ratio => ratio >= 4.5),
			JSON.stringify(ratios),
		);
		seen.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
	}
	t.not(seen[0], seen[1]);
});

test('on paper there are no controls, and every symbol is open', opened, everyKind, null, desktop, async (t, page) => {
	await page.emulateMedia({media: 'print'});
	t.false(await page.locator('#filters').isVisible());
	await page.evaluate('dispatchEvent(new Event("beforeprint"))');
	t.is(await page.locator('details.symbol:not([open])').count(), 0);
	t.true((await page.pdf()).length > 10_000);
});

test(
	'on a phone nothing but the tables is wider than the screen',
	opened,
	twoBuilds,
	brokenContract,
	phone,
	async (t, page) => {
		t.is(await page.evaluate('document.documentElement.scrollWidth'), 390);
	},
);

test.serial(
	'ten builds of 1,500 functions are there in three seconds, and a search answers in half a second',
	opened,
	swept(manyBuilds(10, 75), 1500),
	null,
	desktop,
	async (t, page) => {
		t.true(
			(await page.evaluate<number>(
				'performance.timing.domContentLoadedEventEnd - performance.timing.navigationStart',
			)) < 3000,
		);
		t.is((await page.locator('tr[data-s]').count()) > 1500, true);
		const took = await page.evaluate<number>(`new Promise(resolve => {
		const start = performance.now();
		const field = document.querySelector('[name=text]');
		field.value = '_17';
		field.dispatchEvent(new Event('input', {bubbles: true}));
		requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
	})`);
		t.true(took < 500, `${took} ms`);
	},
);

for (const [name, report, broken, options] of [
	['desktop', everyKind, brokenContract, desktop],
	['desktop-dark', twoBuilds, null, {...desktop, colorScheme: 'dark'}],
	['desktop-many', swept(manyBuilds(6, 40), 60), null, desktop],
	['phone', everyKind, brokenContract, phone],
	['phone-dark', twoBuilds, null, {...phone, colorScheme: 'dark'}],
] as const) {
	test(`a picture of the page: ${name}`, opened, report, broken, options, async (t, page) => {
		mkdirSync(pictures, {recursive: true});
		const path = join(pictures, `${name}.png`);
		await page.screenshot({path, fullPage: name !== 'desktop-many'});
		t.log(path);
		t.pass();
	});
}

type Check = (t: ExecutionContext, page: Page, log: readonly string[]) => Promise<void>;

/** A machine without Chromium skips the test, and says so. */
async function opened(
	t: ExecutionContext,
	report: Report,
	broken: Held | null,
	options: BrowserContextOptions,
	check: Check,
): Promise<void> {
	if (browser === undefined) {
		t.log(`${executablePath} is missing; install chromium to run this test.`);
		t.pass();
		return;
	}
	const path = join(folder(t), 'report.html');
	writeFileSync(path, renderHtml(report, broken));
	const context = await browser.newContext(options);
	const page = await context.newPage();
	const log: string[] = [];
	page.on('console', message => log.push(message.text()));
	page.on('pageerror', error => log.push(String(error)));
	page.on('request', request => void (request.url().startsWith('file:') || log.push(request.url())));
	await page.goto(pathToFileURL(path).href);
	await check(t, page, log);
	await context.close();
}

/** The page works between frames; a few later it has settled. */
async function settled(page: Page, rows: number): Promise<void> {
	for (let frame = 0; frame < 60 && (await visibleRows(page)) !== rows; frame += 1);
}

async function visibleRows(page: Page): Promise<number> {
	await page.evaluate('new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
	return page.locator('tbody.family tr[data-s]:visible').count();
}

/** The contrast of text and ground in cells of each verdict, the links and the body. */
const contrasts = `(() => {
	const rgb = text => text.match(/[\\d.]+/g).map(Number);
	const light = text => {
		const [r, g, b] = rgb(text).map(value => value / 255).map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const ground = element => {
		const colour = getComputedStyle(element).backgroundColor;
		return rgb(colour)[3] === 0 && element.parentElement ? ground(element.parentElement) : colour;
	};
	return [...document.querySelectorAll('td.v[title], .legend li, a, p, summary, dt, .soft')].map(element => {
		const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	});
})()` as unknown as () => number[];
