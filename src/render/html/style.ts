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
html { scroll-padding-top: 4.5rem; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 100rem; margin: 0 auto; padding: 0 1.25rem; }
header { position: sticky; top: 0; z-index: 5; background: var(--page); border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; align-items: baseline; padding-top: .5rem; padding-bottom: .4rem; }
nav { display: flex; gap: .9rem; font-size: .92rem; }
h1 { font-size: 1.15rem; line-height: 1.25; margin: 0; }
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

.build { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; padding: .6rem 1.1rem; margin: .6rem 0; }
.build > summary h3 { display: inline; }
.build details { margin-top: .5rem; font-size: .92rem; }
.line h2 { margin: .2rem 0 .6rem; }
.build dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .5rem 0 0; font-size: .88rem; }
.build dt { color: var(--soft); }
.build dd { margin: 0; overflow-wrap: anywhere; }
.finding { border-left: 4px solid var(--partial); padding-left: .7rem; }
.held { border-left: 4px solid var(--honored); padding-left: .7rem; }
.fault { border-left: 4px solid var(--bypassed); padding-left: .7rem; }

.filters { display: flex; flex-wrap: wrap; gap: .6rem .9rem; align-items: end; margin: .75rem 0; }
.filters label { display: grid; gap: .15rem; font-size: .82rem; color: var(--soft); }
.filters .check { display: flex; align-items: center; gap: .4rem; padding-bottom: .4rem; }
.filters input[type=search], .filters select, .filters button { font: inherit; font-size: .95rem; color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: .4rem; padding: .35rem .55rem; }
.filters input[type=search] { width: 17rem; max-width: 100%; }
.scripted { display: none; }
.js .scripted { display: flex; }
.js .scriptless { display: none; }

caption { text-align: left; padding: .4rem .7rem; color: var(--soft); font-size: .9rem; white-space: normal; }
.heat td, .heat th { padding: .22rem .5rem; }
.h { border-left: 1px solid var(--line); text-align: right; }
.h0 { background: var(--bypassed-fill); color: var(--bypassed); }
.h1, .h2 { background: var(--partial-fill); color: var(--partial); }
.h3 { background: linear-gradient(to right, var(--honored-fill) 90%, var(--partial-fill) 90%); color: var(--honored); }
.h4 { background: var(--honored-fill); color: var(--honored); }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem 2rem; margin: .8rem 0; }
figure { margin: 0; flex: 1 1 20rem; max-width: 36rem; min-width: 0; }
figcaption { color: var(--soft); font-size: .88rem; }
.picture { width: 100%; height: auto; display: block; }
.picture text { font: 11px system-ui, sans-serif; fill: var(--text); }
.picture .small, .picture .soft { font-size: 9.5px; fill: var(--soft); }
.picture .box { fill: var(--page); stroke: var(--line); }
.picture .box.into { fill: var(--honored-fill); stroke: var(--honored); }
.picture .box.past { fill: var(--bypassed-fill); stroke: var(--bypassed); }
.picture .arrow { fill: none; }
.picture .arrow.axis { stroke: var(--soft); }
[hidden] { display: none !important; }
.bars { display: block; width: 100%; min-width: 40rem; max-width: 60rem; padding: .4rem .7rem; }
.bars text { font: 12px system-ui, sans-serif; fill: var(--text); }
.bars .soft { fill: var(--soft); }
.bars .axis, .bars .range { stroke: var(--soft); fill: none; }
.bars .faster { fill: var(--link); }
.bars .slower { fill: var(--bypassed); }
.bars .kept { fill: var(--honored); }
.bars .rest { fill: var(--bar-rest); }
.picture .arrow.into { stroke: var(--honored); }
.picture .arrow.past { stroke: var(--bypassed); }
button.link { font: inherit; font-family: ui-monospace, monospace; font-size: .92em; color: var(--link); background: none; border: 0; padding: 0; cursor: pointer; text-decoration: underline; }
#more { font: inherit; margin: .5rem 0; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .6rem; }
table { border-collapse: separate; border-spacing: 0; font-size: .9rem; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .22rem .7rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { background: var(--panel); font-weight: 600; }
tbody th[scope=row] { font-weight: 400; position: sticky; left: 0; background: var(--page); z-index: 1; border-right: 1px solid var(--line); }
td.number { text-align: right; }
.v { border-left: 1px solid var(--line); }
.honored { color: var(--honored); } td.honored { background-color: var(--honored-fill); }
.partial { color: var(--partial); } td.partial { background-color: var(--partial-fill); }
.bypassed { color: var(--bypassed); } td.bypassed { background-color: var(--bypassed-fill); }
.uncalled, .absent { color: var(--quiet); }
.inconclusive { color: var(--unknown); } td.inconclusive { background-color: var(--unknown-fill); }
.routes { color: var(--soft); }
summary { cursor: pointer; }
pre { overflow-x: auto; background: var(--panel); padding: .6rem .8rem; border-radius: .4rem; }
td:last-child { white-space: normal; min-width: 9rem; }
.heat td { white-space: nowrap; min-width: 0; }
.prose td { white-space: normal; min-width: 4rem; }
.prose { max-height: 32rem; overflow-y: auto; }
.prose td:nth-child(n+4) { min-width: 15rem; }
footer { padding: 2rem 1.25rem; color: var(--soft); font-size: .85rem; }

@media (max-width: 40rem) {
	body { font-size: 14px; }
	header, main, footer { padding-left: .8rem; padding-right: .8rem; }
	th, td { padding: .2rem .4rem; }
	h1 { font-size: 1rem; }
	.heat td { padding: 0; min-width: 1.15rem; width: 1.15rem; font-size: 0; height: 1.5rem; }
	.heat thead th:not(:first-child) { padding: .3rem 0; vertical-align: bottom; }
	.heat thead th:not(:first-child) span { writing-mode: vertical-rl; font-size: .75rem; }
	.heat tbody th { font-size: .8rem; }
	.build { padding: .5rem .6rem; }
	.build dl { grid-template-columns: 1fr; }
	.filters label { flex: 1 1 44%; }
	.filters input[type=search], .filters select { width: 100%; }
	.filters label:first-child { flex-basis: 100%; }
}
@media print {
	.prose { max-height: none; }
	:root { color-scheme: light; --page: #fff; --panel: #fff; --text: #000; --soft: #333; --line: #999; --honored: #000; --bypassed: #000; --partial: #000; --unknown: #000; }
	.filters, .skip { display: none !important; }
	header, main, footer { max-width: none; padding: 0; }
	header { position: static; }
	.scroll { overflow: visible; border: 0; }
	thead th, tbody th[scope=row] { position: static; }
	.build, tr { break-inside: avoid; }
}
`;

export const style = rules.replace(/\n\t*/g, '\n').trim();
