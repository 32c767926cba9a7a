/** This file opens the HTML report in a headless Chromium: reads it, filters it, prints it, and takes its picture. */

import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import type {BrowserContextOptions, Page} from 'playwright-core';
import type {Held} from '../../src/model/contract.js';
import type {Report} from '../../src/model/report.js';
import {renderHtml} from '../../src/render/html/html.js';
import {brokenContract, hostileBroken} from '../support/broken.js';
import {manyBuilds, swept} from '../support/many.js';
import {type Check, desktop, inChromium, oneBrowser} from '../support/pages.js';
import {everyKind, hostileReport, report, twoBuilds} from '../support/reports.js';
import {benchReport, comparison} from '../support/sheets.js';

const pictures = fileURLToPath(new URL('../../screenshots/', import.meta.url));
const phone = {viewport: {width: 390, height: 844}, isMobile: true, hasTouch: true};

const withPage = oneBrowser();

inChromium(
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

inChromium(
	'a function’s call sites are shown, disassembled, as text',
	opened,
	everyKind,
	null,
	desktop,
	async (t, page) => {
		await page.locator('#all > summary').click();
		await page.getByRole('button', {name: 'PyErr_Clear'}).click();
		const text = (await page.locator('#one').textContent()) ?? '';
		t.true(text.includes('3 calls in /lib/<b>.so, 2 of which an override can reach'), text);
		t.true(text.includes('f+0x2: an override is found\n> 0x1c1b58  call <PyErr_Clear>@plt'), text);
		t.true(text.includes('pyinterpose explain PyErr_Clear /usr/lib/libpython3.11.so.1.0'), text);
	},
);

const callSites = new Map([
	[
		'PyErr_Clear',
		[
			{
				path: '/lib/<b>.so',
				preemptible: 2,
				bound: 1,
				samples: [
					{
						at: 0x1c1b58,
						preemptible: true,
						inside: 'f+0x2',
						code: [{address: 0x1c1b58, text: 'call <PyErr_Clear>@plt'}],
					},
				],
			},
		],
	],
]);

inChromium(
	'hostile text runs no script and makes no element',
	opened,
	hostileReport,
	hostileBroken,
	desktop,
	async (t, page, log) => {
		t.deepEqual(log, []);
		t.is(await page.locator('script').count(), 2);
		t.is(await page.locator('main script, main img, main iframe').count(), 0);
	},
);

inChromium(
	'without script the answer, the map and every build are there, and no control that needs one',
	opened,
	twoBuilds,
	null,
	{...desktop, javaScriptEnabled: false},
	async (t, page) => {
		t.is(await page.locator('table.heat tbody tr').count(), 2);
		t.is(await page.locator('details.build').count(), 2);
		t.false(await page.locator('#filters').isVisible());
		await page.locator('#all > summary').click();
		t.true(await page.getByText('needs the page’s own script').isVisible());
	},
);

inChromium(
	'the worst build comes first, and is the one that is open',
	opened,
	twoBuilds,
	null,
	desktop,
	async (t, page) => {
		t.deepEqual(await page.locator('details.build > summary h3').allTextContents(), [
			'3.11 shared',
			'3.11 debug shared',
		]);
		t.is(await page.locator('details.build[open]').count(), 1);
		t.true(await page.getByText('CPython 3.11.2 (shared): LD_PRELOAD overrides work for 1 of 5').first().isVisible());
	},
);

inChromium(
	'the map says of each build and topic how many functions work',
	opened,
	twoBuilds,
	null,
	desktop,
	async (t, page) => {
		const row = page.getByRole('row', {name: /^3\.11 shared/});
		t.deepEqual(await row.getByRole('cell').allTextContents(), ['0 of 3', '1 of 1', '0 of 1', '1 of 1']);
	},
);

inChromium(
	'the picture says who calls what, and its arrows end where the calls do',
	opened,
	everyKind,
	null,
	desktop,
	async (t, page) => {
		const picture = page.getByRole('img', {name: /interpreter: 12 calls into overrides, 116 past them/});
		t.is(await picture.count(), 1);
		t.is(await picture.locator('.arrow.past').count(), 1);
		t.is(await picture.locator('.arrow.into').count(), 3);
		const [into, past] = await Promise.all(
			['override', 'past it'].map(async name => (await picture.getByText(name, {exact: true}).boundingBox())?.y ?? 0),
		);
		t.true((into ?? 0) < (past ?? 0));
	},
);

test('a page shows gain against loss where its builds were measured, and not where others were', t => {
	const measure = (paths: readonly string[]) => ({
		...benchReport,
		targets: paths.map((path, at) => ({name: String(at), path})),
		means: [comparison('1', 0.8)],
	});
	const builds = report(
		twoBuilds.targets.map((one, at) => ({
			...one,
			executable: `/${at}`,
			interpreter: {...one.interpreter, path: `/lib/${at}`},
		})),
	);
	const page = renderHtml(builds, null, {measured: measure(['/1', '/lib/0'])});
	t.regex(page, /aria-label="Faster than 3\.11 debug shared[^"]*: base, [^"]*; 3\.11 shared: \+25\.0 %, /);
	t.notRegex(renderHtml(builds, null, {measured: measure(['/1', '/other'])}), /Gain against loss/);
	t.notRegex(renderHtml(builds, null), /Gain against loss/);
});

inChromium(
	'on a phone the picture of gain against loss is scrolled in its own frame',
	opened,
	twoBuilds,
	null,
	phone,
	async (t, page) => {
		const path = twoBuilds.targets.map(({executable}) => executable);
		const measured = {...benchReport, targets: path.map((path, at) => ({name: String(at), path}))};
		await page.setContent(renderHtml(twoBuilds, null, {measured}));
		t.is(await page.getByRole('img', {name: /^Faster than/}).count(), 1);
		t.is(await page.evaluate('document.documentElement.scrollWidth'), 390);
	},
);

inChromium('lost calls are drawn by topic, with their number', opened, everyKind, null, desktop, async (t, page) => {
	t.deepEqual(await page.locator('.treemap rect title').allTextContents(), ['PyErr: 116 calls lost']);
});

inChromium(
	'the functions are drawn when they are asked for, most lost calls first',
	opened,
	twoBuilds,
	null,
	desktop,
	async (t, page) => {
		t.is(await page.locator('#table tbody tr').count(), 0);
		await page.locator('#all > summary').click();
		await settled(page, 22);
		t.is(
			await page.locator('#table tbody tr').first().textContent(),
			'PyErr_SetString3.11 sharedinterpreter640bypassed: bound by LTO',
		);
		await page.getByLabel('Sort by').selectOption('name');
		await settled(page, 22);
		t.regex((await page.locator('#table tbody tr').first().textContent()) ?? '', /^PyErr_Clear/);
	},
);

inChromium(
	'search and filters leave their rows, say how many, and stand in the address',
	opened,
	twoBuilds,
	null,
	desktop,
	async (t, page) => {
		await page.locator('#all > summary').click();
		await page.getByRole('searchbox').fill('pyerr_occ');
		await settled(page, 6);
		t.is(await page.locator('#found').textContent(), '6 of 22 rows');
		t.is(await page.evaluate('location.hash'), '#?q=pyerr_occ');
		await page.getByRole('combobox', {name: 'Called by'}).selectOption('interpreter');
		await settled(page, 2);
		t.is(await page.evaluate('location.hash'), '#?q=pyerr_occ&caller=interpreter');
		const address = page.url();
		await page.goto('about:blank');
		await page.goto(address);
		await settled(page, 2);
		t.is(await page.locator('#found').textContent(), '2 of 22 rows');
		await page.getByRole('button', {name: 'Clear'}).click();
		await settled(page, 22);
		t.is(await page.locator('#found').textContent(), '22 of 22 rows');
	},
);

inChromium('the keyboard alone reaches search and a function', opened, twoBuilds, null, desktop, async (t, page) => {
	await page.keyboard.press('/');
	t.is(await page.evaluate('document.activeElement.name'), 'q');
	await page.keyboard.type('PyMem_Malloc');
	await settled(page, 2);
	await page.getByRole('button', {name: 'PyMem_Malloc'}).first().focus();
	await page.keyboard.press('Enter');
	await page.locator('#one h3:focus').waitFor();
	t.regex((await page.locator('#one').textContent()) ?? '', /the probe ended with signal SIGSEGV/);
});

inChromium(
	'a screen reader hears the rows and columns of the table by caller',
	opened,
	everyKind,
	null,
	desktop,
	async (t, page) => {
		const row = page.locator('details.build').getByRole('row', {name: /^interpreter/});
		t.is(await row.getByRole('cell', {name: '1 of 5'}).count(), 1);
		t.is(await page.getByRole('columnheader', {name: "Python's C API"}).count(), 1);
	},
);

inChromium(
	'light and dark differ, and both have readable contrast',
	opened,
	everyKind,
	null,
	desktop,
	async (t, page) => {
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
	},
);

inChromium(
	'on paper there are no controls, and every build is open',
	opened,
	twoBuilds,
	null,
	desktop,
	async (t, page) => {
		await page.emulateMedia({media: 'print'});
		t.false(await page.locator('#filters').isVisible());
		await page.evaluate('dispatchEvent(new Event("beforeprint"))');
		t.is(await page.locator('details.build:not([open])').count(), 0);
		t.true((await page.pdf()).length > 10_000);
	},
);

inChromium(
	'on a phone nothing but the tables is wider than the screen',
	opened,
	twoBuilds,
	brokenContract,
	phone,
	async (t, page) => {
		t.is(await page.evaluate('document.documentElement.scrollWidth'), 390);
	},
);

inChromium(
	'eleven builds of 1,500 functions are at most a megabyte and 5,000 elements, and a search shows its rows',
	opened,
	swept(manyBuilds(11, 75), 1500),
	null,
	desktop,
	async (t, page) => {
		t.true((await page.content()).length < 1_000_000);
		t.true((await page.evaluate<number>('document.querySelectorAll("*").length')) < 5000);
		await page.locator('#all > summary').click();
		await page.locator('#table tbody tr').nth(199).waitFor();
		await page.getByRole('button', {name: /^Show more of/}).click();
		t.is(await page.locator('#table tbody tr').count(), 400);
	},
);

for (const [name, report, broken, options] of [
	['desktop', everyKind, brokenContract, desktop],
	['desktop-dark', twoBuilds, null, {...desktop, colorScheme: 'dark'}],
	['desktop-many', swept(manyBuilds(6, 40), 60), null, desktop],
	['phone', everyKind, brokenContract, phone],
	['phone-dark', twoBuilds, null, {...phone, colorScheme: 'dark'}],
] as const) {
	inChromium(`a picture of the page: ${name}`, opened, report, broken, options, async (t, page) => {
		mkdirSync(pictures, {recursive: true});
		const path = join(pictures, `${name}.png`);
		await page.screenshot({path, fullPage: name !== 'desktop-many'});
		t.log(path);
		t.pass();
	});
}

function opened(
	t: ExecutionContext,
	report: Report,
	broken: Held | null,
	options: BrowserContextOptions,
	check: Check,
): Promise<void> {
	return withPage(t, renderHtml(report, broken, {callSites}), options, check);
}

/** The page works between frames; a few later it has settled. */
async function settled(page: Page, rows: number): Promise<void> {
	for (let frame = 0; frame < 60 && (await visibleRows(page)) !== rows; frame += 1);
}

async function visibleRows(page: Page): Promise<number> {
	await page.evaluate('new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
	return page.locator('#table tbody tr').count();
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
	return [...document.querySelectorAll('td.v, td.h, a, p, summary, dt, .soft:not(text)')].map(element => {
		const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	});
})()` as unknown as () => number[];
