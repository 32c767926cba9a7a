/** This file measures `merge` of very many reports: its memory beside their size, and its time beside that of half as many. */

import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Report} from '../../src/model/report.js';
import {type BenchRow, exactly, ratioOf, seconds} from './pairs.js';

const cli = fileURLToPath(new URL('../../src/start.cjs', import.meta.url));
const count = 10_000;

export function benchMerge(python: string): BenchRow[] {
	const folder = mkdtempSync(join(tmpdir(), 'pyinterpose-bench-'));
	try {
		const [half, whole] = [count / 2, count].map(many => reports(join(folder, `${many}`), python, many));
		const merge = (reports = '') => ({
			file: process.execPath,
			argv: [cli, 'merge', '--json', ...readdirSync(reports).map(name => join(reports, name))],
		});
		const size = readdirSync(whole ?? '').reduce((sum, name) => sum + statSync(join(whole ?? '', name)).size, 0);
		return [
			{
				kind: 'measured',
				what: `peak memory of merge of ${count} reports / their size, ${Math.round(size / 2 ** 20)} MB`,
				ratio: exactly(peakBytes(merge(whole).argv) / size),
				bound: 0.75,
			},
			{
				kind: 'measured',
				what: `merge of ${count} reports / of half as many`,
				ratio: ratioOf(
					() => seconds(merge(whole)),
					() => seconds(merge(half)),
					3,
				),
				bound: 2.2,
			},
		];
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/** Of one real check, each as if of another build. */
function reports(folder: string, python: string, many: number): string {
	const words = [cli, 'check', '--json', '--no-sweep', '--symbols', 'libc-*', python];
	const report: Report = JSON.parse(execFileSync(process.execPath, words, {encoding: 'utf8', maxBuffer: 1 << 28}));
	mkdirSync(folder);
	for (let at = 0; at < many; at++) {
		const targets = report.targets.map(one => ({...one, id: `${one.id}-${at}`}));
		writeFileSync(join(folder, `${at}.json`), JSON.stringify({...report, targets}));
	}
	return folder;
}

function peakBytes([script = '', ...words]: readonly string[]): number {
	const program = `
		process.argv = ['node', 'pyinterpose', ...${JSON.stringify(words.slice(0, 2))}, ...process.argv.slice(1)];
		process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS * 1024)));
		require(${JSON.stringify(script)});
	`;
	const {stderr, status} = spawnSync(process.execPath, ['--eval', program, '--', ...words.slice(2)], {
		stdio: ['ignore', 'ignore', 'pipe'],
		encoding: 'utf8',
	});
	if (status !== 0) throw new Error(`merge failed: ${stderr}`);
	return Number(stderr);
}
