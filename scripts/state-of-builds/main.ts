/**
 * This file is the program behind scripts/state-of-builds.sh: it puts reports in the place of a group's rows and writes the page.
 *
 *   main.js [--at FOLDER] write
 *   main.js [--at FOLDER] add GROUP COMMAND PACKAGES REPORT...     PACKAGES: a file of names and versions, or -
 *   main.js [--at FOLDER] missing GROUP COMMAND REASON
 *   main.js [--at FOLDER] shown GROUP COMMAND FILE     what a command printed that stands below the group's rows
 */

import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {byCodeUnit} from '../../src/model/order.js';
import type {Report, TargetReport} from '../../src/model/report.js';
import {packageOf, shownName} from './names.js';
import {statePage} from './page.js';
import {type Group, rowOf, type State} from './row.js';

const words = process.argv.slice(2);
const folder = words[0] === '--at' ? (words.splice(0, 2)[1] ?? '') : 'docs';
const [action, name = '', command = '', ...others] = words;
const [data, page] = [join(folder, 'state-of-builds.json'), join(folder, 'state-of-builds.md')];

const kept: State = existsSync(data) ? JSON.parse(readFileSync(data, 'utf8')) : {groups: []};
const state = next();
writeFileSync(data, text(state));
writeFileSync(page, statePage(state));

/** A line for each build, so that a change of one is a change of one line. */
function text({groups}: State): string {
	const group = ({rows, ...about}: Group) =>
		`{"rows":[${rows.map(row => `\n${JSON.stringify(row)}`).join()}],\n${JSON.stringify(about).slice(1)}`;
	return `{"groups":[\n${groups.map(group).join(',\n')}\n]}\n`;
}

function next(): State {
	if (action === 'write') return kept;
	if (action === 'shown')
		return {groups: kept.groups.map(group => (group.name === name ? shown(group, others) : group))};
	return replaced(kept, action === 'add' ? added(others) : missing(others));
}

function shown(group: Group, [path = '']: readonly string[]): Group {
	const before = group.transcripts?.filter(one => one.command !== command) ?? [];
	return {...group, transcripts: [...before, {command, output: readFileSync(path, 'utf8')}]};
}

/** A group keeps its place; a new one comes last. */
function replaced({groups}: State, group: Group): State {
	const isKnown = groups.some(one => one.name === group.name);
	return {groups: isKnown ? groups.map(one => (one.name === group.name ? group : one)) : [...groups, group]};
}

function added([packagesPath = '-', ...paths]: readonly string[]): Group {
	const reports: readonly Report[] = paths.map(path => JSON.parse(readFileSync(path, 'utf8')));
	const packages = packagesPath === '-' ? [] : readFileSync(packagesPath, 'utf8').trim().split('\n');
	const row = (target: TargetReport) => {
		const shown = shownName(target);
		return rowOf(target, shown, packageOf(shown, packages));
	};
	return {
		name,
		command,
		date: process.env.DATE ?? new Date().toISOString().slice(0, 10),
		missing: null,
		host: reports[0]?.host ?? null,
		rows: reports.flatMap(({targets}) => targets.map(row)).sort((a, b) => byCodeUnit(sortKey(a.name), sortKey(b.name))),
		failures: reports
			.flatMap(({failures}) => failures)
			.map(({target, message}) => ({name: target.replace(/.*\//, ''), message: message.replaceAll(/\S*\//g, '')})),
	};
}

/** Releases in their order, 3.9 before 3.13. */
function sortKey(shown: string): string {
	return shown.replaceAll(/\d+/g, digits => digits.padStart(3, '0'));
}

function missing([reason = '']: readonly string[]): Group {
	return {name, command, date: null, missing: reason, host: null, rows: [], failures: []};
}
