'use strict';
document.documentElement.classList.add('js');
const form = document.getElementById('filters');
const rows = [...document.querySelectorAll('tr[data-s]')];
const groups = [...document.querySelectorAll('tbody.family')];
const pages = [...document.querySelectorAll('details[data-s]')];
const said = document.getElementById('found');
const has = (list, word) => word === '' || (' ' + list + ' ').includes(' ' + word + ' ');
function apply() {
	const want = Object.fromEntries(new FormData(form));
	const text = want.text.trim().toLowerCase();
	let found = 0;
	const fits = ({dataset}) =>
		dataset.s.includes(text) && has(dataset.f ?? '', want.family) && has(dataset.v ?? '', want.verdict) &&
		has(dataset.c ?? '', want.cause) && has(dataset.r ?? '', want.route) && (!want.differs || dataset.d === '1');
	for (const row of rows) {
		row.hidden = !fits(row);
		if (!row.hidden) found += 1;
	}
	for (const group of groups) group.hidden = !group.querySelector('tr[data-s]:not([hidden])');
	for (const page of pages) page.hidden = !page.dataset.s.includes(text);
	said.textContent = found === rows.length ? rows.length + ' rows' : found + ' of ' + rows.length + ' rows';
}
let waiting = 0;
form.addEventListener('input', () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(apply); });
form.addEventListener('reset', () => setTimeout(apply));
form.addEventListener('submit', event => { event.preventDefault(); apply(); });
document.addEventListener('keydown', event => {
	if (event.key === '/' && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
		event.preventDefault();
		form.elements.text.focus();
	}
	if (event.key === 'Escape' && event.target === form.elements.text) { form.reset(); }
});
function open() {
	const page = location.hash.startsWith('#symbol-') ? document.getElementById(location.hash.slice(1)) : null;
	if (page) { page.hidden = false; page.open = true; page.scrollIntoView(); page.querySelector('summary').focus({preventScroll: true}); }
}
addEventListener('hashchange', open);
addEventListener('beforeprint', () => { for (const page of pages) page.open = true; });
apply();
open();