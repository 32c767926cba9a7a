'use strict';
document.documentElement.classList.add('js');
const data = JSON.parse(document.getElementById('data').textContent);
const form = document.getElementById('filters');
const all = document.getElementById('all');
const body = document.querySelector('#table tbody');
const said = document.getElementById('found');
const more = document.getElementById('more');
const one = document.getElementById('one');
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const group = number => String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
let rows = null;
let found = [];
let shown = 0;
function unpack() {
	rows = [];
	data.builds.forEach((build, at) => {
		for (const {caller, verdicts, counts} of build.callers) {
			const calls = new Map();
			for (let i = 0; i < counts.length; i += 3) calls.set(counts[i], [counts[i + 1], counts[i + 2]]);
			[...verdicts].forEach((letter, symbol) => {
				if (letter === ' ') return;
				const place = alphabet.indexOf(letter);
				const [ran, lost] = calls.get(symbol) ?? [0, 0];
				rows.push({name: data.symbols[symbol], lower: data.symbols[symbol].toLowerCase(), at, caller, ran, lost, verdict: data.kinds[place < 0 ? letter.charCodeAt(0) - 0x100 : place]});
			});
		}
	});
	const fill = (name, values) => {
		for (const value of values) form.elements[name].append(new Option(value, value));
	};
	fill('caller', [...new Set(rows.map(row => row.caller))]);
	fill('verdict', [...new Set(rows.map(row => row.verdict.split(/[:,]/)[0]))].sort());
}
function state() {
	return new URLSearchParams([...new FormData(form)].filter(([name, value]) => value !== '' && !(name === 'sort' && value === 'lost'))).toString();
}
function apply() {
	if (rows === null) return;
	const {q, build, caller, verdict, sort} = Object.fromEntries(new FormData(form));
	const text = q.trim().toLowerCase();
	found = rows.filter(row => row.lower.includes(text) && (build === '' || row.at === Number(build)) && (caller === '' || row.caller === caller) && (verdict === '' || row.verdict.split(/[:,]/)[0] === verdict));
	const byName = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.at - b.at);
	found.sort(sort === 'name' ? byName : sort === 'calls' ? (a, b) => b.ran + b.lost - a.ran - a.lost || byName(a, b) : (a, b) => b.lost - a.lost || byName(a, b));
	body.replaceChildren();
	shown = 0;
	draw();
	said.textContent = group(found.length) + ' of ' + group(rows.length) + ' rows';
	const hash = '#' + (state() === '' ? 'functions' : '?' + state());
	if (location.hash !== hash && (location.hash.startsWith('#?') || state() !== '')) history.replaceState(null, '', hash);
}
function draw() {
	for (const row of found.slice(shown, shown + 200)) {
		const line = document.createElement('tr');
		const head = document.createElement('th');
		head.scope = 'row';
		const button = document.createElement('button');
		button.type = 'button';
		button.className = 'link';
		button.textContent = row.name;
		button.addEventListener('click', () => tell(row.name));
		head.append(button);
		line.append(head);
		for (const text of [data.builds[row.at].name, row.caller, row.lost < 0 ? '?' : group(row.lost), group(row.ran), row.verdict]) {
			const cell = document.createElement('td');
			cell.textContent = text;
			line.append(cell);
		}
		line.lastChild.className = 'v ' + row.verdict.split(/[:,]/)[0];
		body.append(line);
	}
	shown = Math.min(found.length, shown + 200);
	more.hidden = shown >= found.length;
	more.textContent = 'Show more of ' + group(found.length);
}
function tell(name) {
	const title = document.createElement('h3');
	title.textContent = name;
	const list = document.createElement('ul');
	for (const row of rows.filter(row => row.name === name)) {
		const item = document.createElement('li');
		item.textContent = data.builds[row.at].name + ', called by ' + row.caller + ': ' + row.verdict + '; ' + group(row.ran) + ' ran the override, ' + (row.lost < 0 ? 'how many passed it by is not known' : group(row.lost) + ' passed it by');
		list.append(item);
	}
	one.replaceChildren(title, list);
	for (const text of data.sites[name] ?? []) {
		const sites = document.createElement('pre');
		sites.textContent = text;
		one.append(sites);
	}
	for (const path of new Set(data.builds.map(build => build.path))) {
		const hint = document.createElement('p');
		const code = document.createElement('code');
		code.textContent = 'pyinterpose explain ' + name + ' ' + path;
		hint.append('More: ', code);
		one.append(hint);
	}
	title.tabIndex = -1;
	title.focus();
	one.scrollIntoView({block: 'nearest'});
}
function openTable() {
	if (rows === null && data !== null) unpack();
	apply();
}
function go() {
	if (form === null) return;
	if (location.hash.startsWith('#?')) {
		if (rows === null && data !== null) unpack();
		for (const [name, value] of new URLSearchParams(location.hash.slice(2))) if (form.elements[name]) form.elements[name].value = value;
		all.open = true;
		all.scrollIntoView();
	}
	const build = location.hash.startsWith('#build-') ? document.getElementById(location.hash.slice(1)) : null;
	if (build) { build.open = true; build.scrollIntoView(); }
}
if (form !== null) {
	all.addEventListener('toggle', () => { if (all.open) openTable(); });
	let waiting = 0;
	form.addEventListener('input', () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(apply); });
	form.addEventListener('reset', () => setTimeout(apply));
	form.addEventListener('submit', event => { event.preventDefault(); apply(); });
	more.addEventListener('click', draw);
	document.addEventListener('keydown', event => {
		if (event.key === '/' && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) { event.preventDefault(); all.open = true; form.elements.q.focus(); }
	});
}
addEventListener('hashchange', go);
addEventListener('beforeprint', () => { for (const build of document.querySelectorAll('details.build')) build.open = true; });
go();