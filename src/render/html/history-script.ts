/** This file is the script of the history page: it filters the reports, and keeps the filters in the address. */

export const historyScript = `
'use strict';
document.documentElement.classList.add('js');
const form = document.getElementById('filters');
const said = document.getElementById('found');
const rows = [...document.querySelectorAll('.line tbody tr')].map(row => ({
	row,
	line: row.closest('.line'),
	lists: [...row.querySelectorAll('details')].map(list => ({list, text: list.querySelector('.names'), names: list.querySelector('.names').textContent.split(', ')})),
}));
function state() {
	return new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== '')).toString();
}
function apply() {
	const {q, build, change} = Object.fromEntries(new FormData(form));
	const text = q.trim().toLowerCase();
	let shown = 0;
	for (const {row, line, lists} of rows) {
		let hit = text === '' && change === '';
		for (const {list, text: place, names} of lists) {
			const some = names.filter(name => name.split(' ')[0].toLowerCase().includes(text));
			const fits = some.length > 0 && (change === '' || list.className === change);
			list.hidden = (text !== '' || change !== '') && !fits;
			list.open = text !== '' && fits;
			place.textContent = some.join(', ');
			hit = hit || fits;
		}
		row.hidden = !(hit && (build === '' || line.dataset.line === build));
		if (!row.hidden) shown += 1;
	}
	for (const line of new Set(rows.map(({line}) => line))) line.hidden = !rows.some(one => one.line === line && !one.row.hidden);
	said.textContent = shown + ' of ' + rows.length + ' reports of builds';
	const hash = state() === '' ? '#builds' : '#?' + state();
	if (location.hash !== hash && (location.hash.startsWith('#?') || state() !== '')) history.replaceState(null, '', hash);
}
function go() {
	if (form === null || !location.hash.startsWith('#?')) return;
	for (const [name, value] of new URLSearchParams(location.hash.slice(2))) if (form.elements[name]) form.elements[name].value = value;
	apply();
}
if (form !== null) {
	form.addEventListener('input', apply);
	form.addEventListener('reset', () => setTimeout(apply));
	form.addEventListener('submit', event => { event.preventDefault(); apply(); });
	document.addEventListener('keydown', event => {
		if (event.key === '/' && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) { event.preventDefault(); form.elements.q.focus(); }
	});
}
addEventListener('hashchange', go);
addEventListener('beforeprint', () => { for (const list of document.querySelectorAll('.line details')) list.open = true; });
go();
`.trim();
