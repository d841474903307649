/** The style sheet: system fonts, one scale of sizes, light and dark, nothing from elsewhere. */
export const STYLE = `:root {
  color-scheme: light dark;
  --text: light-dark(#1b1f27, #e6e8ec);
  --quiet: light-dark(#566072, #9ca5b5);
  --ground: light-dark(#ffffff, #12151a);
  --raised: light-dark(#f6f7f9, #1a1e25);
  --line: light-dark(#dde1e7, #2d333d);
  --accent: light-dark(#0a58ca, #80b4ff);
  --on-accent: light-dark(#ffffff, #0d1420);
  --good: light-dark(#166534, #7ddf9f);
  --bad: light-dark(#b42318, #ff9c92);
  --warn: light-dark(#8a4b00, #f0b863);
  --bar: light-dark(#5b9bf0, #4678b8);
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--ground); font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--ground); padding: 0.5rem; z-index: 2; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
header { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: center; padding: 0.6rem max(1rem, calc((100% - 74rem) / 2)); border-bottom: 1px solid var(--line); }
header nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
header a { color: var(--text); text-decoration: none; padding: 0.25rem 0; }
header nav a { color: var(--quiet); }
header a:hover, header a[aria-current] { color: var(--accent); }
header a[aria-current] { box-shadow: 0 2px 0 var(--accent); }
.home { font-weight: 650; letter-spacing: -0.01em; }
.search { margin-left: auto; }
.search input { width: 15rem; max-width: 100%; }
.me { position: relative; }
.me summary { cursor: pointer; color: var(--quiet); max-width: 12rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.me div { position: absolute; right: 0; z-index: 1; display: grid; gap: 0.25rem; min-width: 11rem; padding: 0.75rem 1rem; background: var(--ground); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 8px 24px rgb(0 0 0 / 0.12); }
.me p { margin: 0; }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
footer { max-width: 76rem; margin: 0 auto; padding: 1rem; border-top: 1px solid var(--line); font-size: 13px; }
h1 { font-size: 24px; line-height: 1.25; font-weight: 600; letter-spacing: -0.015em; margin: 0 0 1.5rem; max-width: 46rem; text-wrap: balance; }
h2 { font-size: 18px; font-weight: 600; letter-spacing: -0.01em; margin: 0 0 0.75rem; }
h3 { font-size: 15px; margin: 0 0 0.25rem; }
section + section { margin-top: 2.5rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
.quiet, dt, caption { color: var(--quiet); }
strong.bad, p.bad, .error code, .timeline > .bad strong { color: var(--bad); }
span.good, .timeline > .good strong { color: var(--good); }
.problem { color: var(--bad); font-weight: 600; }
.done { padding: 0.5rem 0.75rem; border-left: 3px solid var(--good); background: var(--raised); }
.headline.stands-still { color: var(--bad); }
.row { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; justify-content: space-between; align-items: baseline; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem 2rem; margin: 0; }
.figures dt { font-size: 13px; }
.figures dd { margin: 0; }
.figures strong { display: block; font-size: 24px; font-weight: 600; letter-spacing: -0.02em; }
.figures .quiet { font-size: 13px; }
.chart { margin: 0; }
.chart svg { width: 100%; height: auto; display: block; }
.chart .grid { stroke: var(--line); }
.chart .scale { fill: var(--quiet); font-size: 11px; }
.chart rect.completed { fill: var(--bar); }
.chart rect.dead { fill: var(--bad); }
.chart path.arrived { fill: none; stroke: var(--text); stroke-width: 1.25; }
.chart figcaption { display: flex; gap: 1.25rem; font-size: 13px; color: var(--quiet); }
.key::before { content: ""; display: inline-block; width: 0.75rem; height: 0.6rem; margin-right: 0.4rem; border-radius: 2px; }
.key.arrived::before { height: 2px; background: var(--text); vertical-align: 0.25rem; }
.key.completed::before { background: var(--bar); }
.key.dead::before { background: var(--bad); }
.ranges, .chips, .paging { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; }
.ranges a, .chips a { color: var(--quiet); text-decoration: none; padding: 0.1rem 0.5rem; border-radius: 999px; }
.ranges a[aria-current], .chips a[aria-current] { background: var(--raised); color: var(--text); box-shadow: inset 0 0 0 1px var(--line); }
.paging { margin-top: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 1rem 0.5rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { font-weight: 500; font-size: 13px; color: var(--quiet); }
.sorts { white-space: nowrap; }
.sorts a { color: inherit; text-decoration-color: var(--line); }
.sorts[aria-sort] a { color: var(--text); font-weight: 600; text-decoration: none; }
.sorts a:hover { color: var(--accent); }
.phone { display: none; }
tbody th { font-weight: 500; }
th.n, td.n { text-align: right; padding-right: 2rem; }
.groups time { white-space: nowrap; }
.list tr:hover { background: var(--raised); }
.list td:first-child, .list td:nth-child(2), .list time { white-space: nowrap; }
form + section { margin-top: 2.5rem; }
.state { white-space: nowrap; }
.state.completed { color: var(--good); }
.state.dead { color: var(--bad); font-weight: 600; }
.state.working { color: var(--accent); }
.state.ignored, .state.superseded, .state.dismissed { color: var(--quiet); }
code, pre, .id { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.id { cursor: copy; white-space: nowrap; }
.copied::after { content: " copied"; color: var(--good); }
pre { overflow: auto; max-height: 28rem; padding: 0.75rem 1rem; background: var(--raised); border-radius: 8px; }
.groups { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.5rem; }
.group { padding: 1.25rem 0; border-top: 1px solid var(--line); }
.group p { margin: 0.35rem 0; max-width: 60rem; }
.remedy { padding-left: 0.75rem; border-left: 3px solid var(--accent); max-width: 60rem; }
.two { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); gap: 2.5rem; margin-top: 2.5rem; }
.two section + section { margin-top: 0; }
.two + section, section + .two { margin-top: 2.5rem; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 20rem; gap: 2.5rem; }
.facts { margin: 0; }
.facts div { display: grid; grid-template-columns: 7.5rem 1fr; gap: 0.5rem; padding: 0.25rem 0; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.facts a { white-space: nowrap; }
.timeline { list-style: none; margin: 0; padding: 0; }
.timeline > li { display: grid; grid-template-columns: 10.5rem 1fr; gap: 1rem; padding: 0 0 1rem; position: relative; }
.timeline > li > time { color: var(--quiet); font-size: 13px; line-height: 1.7; }
.timeline > li > div { border-left: 2px solid var(--line); padding-left: 1rem; overflow-wrap: anywhere; }
.timeline > li.good > div { border-color: var(--good); }
.timeline > li.bad > div { border-color: var(--bad); }
form h3 + p { margin-top: 0; }
aside form, .ask form { display: grid; gap: 0.5rem; padding: 1rem 0; border-top: 1px solid var(--line); }
aside form p { margin: 0; font-size: 13px; }
.filters { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: end; margin-bottom: 1rem; }
td form, .acts form { display: inline; }
.acts { justify-content: start; }
.filters .chips { width: 100%; }
label { display: grid; gap: 0.15rem; font-size: 13px; color: var(--quiet); }
.inline { display: inline-flex; gap: 0.5rem; align-items: center; }
input, select { font: 15px/1.4 system-ui, sans-serif; color: var(--text); background: var(--ground); padding: 0.35rem 0.5rem; border: 1px solid light-dark(#8a93a3, #6c7686); border-radius: 6px; max-width: 100%; }
main > form:not(.filters), section > form { display: grid; gap: 0.75rem; max-width: 28rem; }
button, .button { font: 500 15px/1.4 system-ui, sans-serif; padding: 0.35rem 0.9rem; border: 1px solid light-dark(#8a93a3, #6c7686); border-radius: 6px; background: var(--ground); color: var(--text); cursor: pointer; text-decoration: none; justify-self: start; }
button:hover, .button:hover { border-color: var(--accent); color: var(--accent); }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.primary:hover { color: var(--on-accent); filter: brightness(1.1); }
progress { width: 100%; height: 0.6rem; accent-color: var(--accent); }
summary { cursor: pointer; }
.paper summary { padding: 0.35rem 0; }
kbd { font: 13px ui-monospace, monospace; padding: 0.05rem 0.35rem; border: 1px solid var(--line); border-radius: 4px; }
dialog { border: 1px solid var(--line); border-radius: 12px; background: var(--ground); color: var(--text); padding: 1.5rem; }
dialog::backdrop { background: rgb(0 0 0 / 0.4); }
dialog dl div { display: grid; grid-template-columns: 4.5rem 1fr; padding: 0.1rem 0; }
dialog dd { margin: 0; }
.stale main { opacity: 0.6; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
@media (max-width: 60rem) { .columns, .two { grid-template-columns: minmax(0, 1fr); gap: 2rem; } .needs { order: -1; } }
@media (max-width: 40rem) {
  header { row-gap: 0.5rem; }
  header nav { order: 2; flex: 1 1 100%; }
  .search { margin-left: 0; flex: 1 1 100%; order: 3; }
  .search input { width: 100%; }
  .me { margin-left: auto; }
  .me div { right: 0; }
  .wide thead { position: absolute; left: -999rem; }
  .list thead { position: static; }
  .wide tr { display: grid; grid-template-columns: 1fr auto; padding: 0.75rem 0; border-bottom: 1px solid var(--line); }
  .wide td, .wide th { border: 0; padding: 0.05rem 0.5rem 0.05rem 0; }
  .list thead tr { display: flex; gap: 1rem; padding: 0.25rem 0; }
  .list thead th:not(.sorts) { display: none; }
  .phone { display: inline; }
  .wide .n { text-align: left; padding-right: 0.5rem; }
  .filters label { flex: 1 1 40%; }
  .filters label > * { width: 100%; }
  .figures div:last-child:nth-child(odd) { grid-column: 1 / -1; }
  .timeline > li { grid-template-columns: 1fr; gap: 0; }
  .chart .scale { font-size: 22px; }
  .figures { grid-template-columns: 1fr 1fr; }
  .wide td[data-label]::after { content: " " attr(data-label); color: var(--quiet); }
}
@media (prefers-reduced-motion: no-preference) { .stale main { transition: opacity 0.3s; } }
`
