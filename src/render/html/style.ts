/** This file is the style of the HTML report: light and dark by the reader's setting, one column on a phone, plain on paper. */

const rules = `
:root {
	color-scheme: light dark;
	--page: #fff; --panel: #f6f7f9; --line: #d5d9e0; --text: #1b1f24; --soft: #59636e; --link: #0b57d0;
	--honored: #17702f; --partial: #754b00; --bypassed: #ad1022; --quiet: #59636e; --unknown: #6d3fc9;
	--honored-fill: #ddf4e4; --partial-fill: #fff1cc; --bypassed-fill: #ffe1e1; --quiet-fill: transparent; --unknown-fill: #f1e8ff;
	--bar: #8fd3a3; --bar-rest: #f3b1b1;
}
@media (prefers-color-scheme: dark) {
	:root {
		--page: #0e1116; --panel: #171b22; --line: #323a45; --text: #e6e9ee; --soft: #9aa5b1; --link: #8ab4f8;
		--honored: #6fdd8b; --partial: #f0c14b; --bypassed: #ff8f8f; --quiet: #9aa5b1; --unknown: #c9a6ff;
		--honored-fill: #12291a; --partial-fill: #302503; --bypassed-fill: #3a1518; --unknown-fill: #261a3b;
		--bar: #2c6e41; --bar-rest: #6e2f33;
	}
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 84rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.75rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .35rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .4rem 0; overflow-wrap: anywhere; }
a { color: var(--link); }
code, .name { font-family: ui-monospace, monospace; font-size: .92em; }
.answer { font-size: 1.05rem; font-weight: 600; }
.soft { color: var(--soft); }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: .5rem; background: var(--page); padding: .25rem .5rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }

.builds { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); }
.build { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem; }
.build details { margin-top: .5rem; font-size: .92rem; }
.build dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .5rem 0 0; font-size: .88rem; }
.build dt { color: var(--soft); }
.build dd { margin: 0; overflow-wrap: anywhere; }
.letter { display: inline-block; min-width: 1.6em; text-align: center; border-radius: .3em; background: var(--text); color: var(--page); font-weight: 700; margin-right: .4em; }
.finding { border-left: 4px solid var(--partial); padding-left: .7rem; }
.fault { border-left: 4px solid var(--bypassed); padding-left: .7rem; }
.stack { display: flex; height: .8rem; border-radius: .4rem; overflow: hidden; margin: .6rem 0; gap: 2px; }
.stack span { flex: var(--n) 0 0; min-width: 3px; }
.stack .honored { background: var(--honored); } .stack .partial { background: var(--partial); }
.stack .bypassed { background: var(--bypassed); } .stack .inconclusive { background: var(--unknown); }
.stack .uncalled, .stack .absent { background: var(--line); }

.filters { display: flex; flex-wrap: wrap; gap: .6rem .9rem; align-items: end; margin: .75rem 0; }
.filters label { display: grid; gap: .15rem; font-size: .82rem; color: var(--soft); }
.filters .check { display: flex; align-items: center; gap: .4rem; padding-bottom: .4rem; }
.filters input[type=search], .filters select, .filters button { font: inherit; font-size: .95rem; color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: .4rem; padding: .35rem .55rem; }
.filters input[type=search] { width: 17rem; max-width: 100%; }
.scripted { display: none; }
.js .scripted { display: flex; }

.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; margin: .6rem 0; list-style: none; font-size: .9rem; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .6rem; }
table { border-collapse: separate; border-spacing: 0; font-size: .9rem; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .22rem .7rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { background: var(--panel); position: sticky; top: 0; z-index: 2; font-weight: 600; }
tbody th[scope=row] { font-weight: 400; position: sticky; left: 0; background: var(--page); z-index: 1; border-right: 1px solid var(--line); max-width: 24rem; overflow: hidden; text-overflow: ellipsis; }
tbody.family th[colspan] { background: var(--panel); position: static; font-weight: 600; border-right: 0; }
td.number { text-align: right; }
.v { border-left: 1px solid var(--line); }
.honored { color: var(--honored); } td.honored { background-color: var(--honored-fill); }
.partial { color: var(--partial); } td.partial { background-color: var(--partial-fill); }
.bypassed { color: var(--bypassed); } td.bypassed { background-color: var(--bypassed-fill); }
.uncalled, .absent { color: var(--quiet); }
.inconclusive { color: var(--unknown); } td.inconclusive { background-color: var(--unknown-fill); }
.routes { color: var(--soft); }
.bar { background-image: linear-gradient(to right, var(--bar) var(--s), var(--bar-rest) var(--s)); background-position: left .1rem bottom .12rem; background-size: calc(100% - .2rem) .28rem; background-repeat: no-repeat; }
td.bar { padding-bottom: .45rem; text-align: right; }
td.partial.bar { text-align: left; }
p.bar { height: .8rem; border-radius: .4rem; background-size: 100% 100%; background-position: 0 0; }
tr[hidden], tbody[hidden], details[hidden] { display: none; }

.symbol { border: 1px solid var(--line); border-radius: .5rem; margin: .4rem 0; padding: .35rem .9rem; }
.symbol[open] { padding-bottom: .8rem; }
.symbol:target { outline: 3px solid var(--link); }
summary { cursor: pointer; }
pre { overflow-x: auto; background: var(--panel); padding: .6rem .8rem; border-radius: .4rem; }
.symbol td:first-child { white-space: nowrap; }
.symbol td:not(:first-child), .prose td { white-space: normal; min-width: 4rem; }
.prose { max-height: 32rem; overflow-y: auto; }
.prose td:nth-child(n+4) { min-width: 15rem; }
footer { padding: 2rem 1.25rem; color: var(--soft); font-size: .85rem; }

@media (max-width: 40rem) {
	body { font-size: 14px; }
	header, main, footer { padding-left: .8rem; padding-right: .8rem; }
	th, td { padding: .2rem .4rem; }
	tbody th[scope=row] { max-width: 10.5rem; }
	.filters label { flex: 1 1 44%; }
	.filters input[type=search], .filters select { width: 100%; }
	.filters label:first-child { flex-basis: 100%; }
}
@media print {
	.prose { max-height: none; }
	:root { color-scheme: light; --page: #fff; --panel: #fff; --text: #000; --soft: #333; --line: #999; --honored: #000; --bypassed: #000; --partial: #000; --unknown: #000; }
	.filters, .skip { display: none !important; }
	header, main, footer { max-width: none; padding: 0; }
	.scroll { overflow: visible; border: 0; }
	thead th, tbody th[scope=row] { position: static; }
	.build, tr { break-inside: avoid; }
}
`;

/** One class for each whole percent, so that the page needs no style attribute. */
const shares = Array.from({length: 101}, (_, percent) => `.p${percent}{--s:${percent}%;--n:${percent}}`).join('');

export const style = `${rules.replace(/\n\t*/g, '\n').trim()}\n${shares}`;
