/** This file opens the history page in a headless Chromium, and reads it. */

import test, {type ExecutionContext} from 'ava';
import type {BrowserContextOptions} from 'playwright-core';
import {cli} from '../support/cli.js';
import {historyFolder} from '../support/histories.js';
import {type Check, desktop, inChromium, oneBrowser, validated} from '../support/pages.js';
import {hostileReport} from '../support/reports.js';

const withPage = oneBrowser();

inChromium('the page says what each build lost and gained, report by report', opened, desktop, async (t, page) => {
	t.is(
		await page.locator('p.answer').textContent(),
		'3 reports, oldest first by file name. Of 2 builds in more than one, 1 lost overrides, 1 gained some and 1 neither lost nor gained any.',
	);
	t.deepEqual(await page.locator('h2').allTextContents(), ['cpython 3.11 shared', 'cpython 3.13 shared']);
	const rows = page.locator('.line').first().getByRole('row');
	t.is(await rows.count(), 4);
	t.deepEqual((await rows.nth(2).getByRole('cell').allTextContents()).slice(0, 3), ['3.11.2', 'bbbbbbbb', '◐ 1 of 5']);
	await rows.nth(2).getByText('lost 4 functions').click();
	t.true(await page.getByText('PyErr_Clear (interpreter: bound by -Bsymbolic-functions)').isVisible());
	t.is(await rows.nth(3).getByText('gained 3 functions').count(), 1);
});

inChromium(
	'the picture has a bar up for what was gained and one down for what was lost',
	opened,
	desktop,
	async (t, page) => {
		const picture = page.getByRole('img', {
			name: 'cpython 3.11 shared. 9.json: 4 lost, 0 gained; 10.json: 0 lost, 3 gained.',
		});
		t.is(await picture.count(), 1);
		const place = async (name: string) => await picture.locator(`rect.${name}`).boundingBox();
		const [up, down] = [await place('into'), await place('past')];
		t.true((up?.y ?? 0) < (down?.y ?? 0));
		t.true((down?.x ?? 0) < (up?.x ?? 0), 'the older report stands to the left');
		t.is(await page.getByRole('img').count(), 1, 'a build without a change has no picture');
	},
);

inChromium(
	'a search leaves the reports that name the function, and stands in the address',
	opened,
	desktop,
	async (t, page) => {
		await page.getByRole('searchbox').fill('pyerr_cle');
		t.is(await page.locator('#found').textContent(), '2 of 5 reports of builds');
		t.is(await page.locator('.line:visible').count(), 1);
		t.is(
			await page.locator('.names:visible').first().textContent(),
			'PyErr_Clear (interpreter: bound by -Bsymbolic-functions)',
		);
		t.is(await page.evaluate('location.hash'), '#?q=pyerr_cle');
		await page.getByRole('combobox', {name: 'Change'}).selectOption('gained');
		t.deepEqual(await page.locator('.line tbody tr:visible th').allTextContents(), ['10.json']);
		const address = page.url();
		await page.goto('about:blank');
		await page.goto(address);
		t.is(await page.locator('#found').textContent(), '1 of 5 reports of builds');
		await page.getByRole('button', {name: 'Clear'}).click();
		await page.locator('.line').nth(1).waitFor();
		t.is(await page.locator('#found').textContent(), '5 of 5 reports of builds');
	},
);

inChromium('a build that is chosen stands alone', opened, desktop, async (t, page) => {
	await page.getByRole('combobox', {name: 'Build'}).selectOption({label: 'cpython 3.13 shared'});
	t.deepEqual(await page.locator('h2:visible').allTextContents(), ['cpython 3.13 shared']);
});

inChromium('the page asks for nothing and complains of nothing', opened, desktop, async (t, _, log) => {
	t.deepEqual(log, []);
});

inChromium(
	'on a phone nothing but the tables is wider than the screen',
	opened,
	{viewport: {width: 390, height: 844}, isMobile: true},
	async (t, page) => {
		t.is(await page.evaluate('document.documentElement.scrollWidth'), 390);
	},
);

inChromium(
	'without script every list can be opened, and no control needs one',
	opened,
	{...desktop, javaScriptEnabled: false},
	async (t, page) => {
		t.false(await page.locator('#filters').isVisible());
		t.is(await page.locator('.line details').count(), 2);
	},
);

test('the page is valid by html-validate, hostile text included, and a broken page is not', async t => {
	for (const cwd of [historyFolder(t), historyFolder(t, {'a.json': hostileReport, 'b.json': hostileReport})]) {
		const page = cli(['history', '.', '--format', 'html'], {cwd}).stdout;
		t.deepEqual((await validated(page)).messages, []);
		t.false((await validated(page.replace('</table>', ''))).valid);
	}
});

function opened(t: ExecutionContext, options: BrowserContextOptions, check: Check): Promise<void> {
	return withPage(t, cli(['history', '.', '--format', 'html'], {cwd: historyFolder(t)}).stdout, options, check);
}
