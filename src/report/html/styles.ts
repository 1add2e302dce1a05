/** The style sheet of the page: one scale of type, one restrained palette in two themes, print. */
import { chartStyles } from './chart-styles.ts';
import { faceStyles } from './face-styles.ts';
import { faultStyles } from './fault-styles.ts';
import { kindStyles } from './kind-looks.ts';
import { palette } from './palette.ts';

const text = `
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; -webkit-text-size-adjust: 100%; }
main { max-width: 1360px; margin: 0 auto; padding: 20px 32px 80px; }
h1, h2, h3, h4, p, ul, ol, dl, dd, figure { margin: 0; }
h1 { font-size: 30px; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; overflow-wrap: anywhere; }
h2 { font-size: 19px; line-height: 1.3; font-weight: 650; letter-spacing: -0.005em; margin-bottom: 10px; }
h3 { font-size: 14px; font-weight: 650; margin: 22px 0 4px; }
h4 { font-size: 13px; font-weight: 600; }
main > section { margin-top: 44px; scroll-margin-top: 8px; }
a { color: var(--link); text-underline-offset: 2px; }
code, pre { font: 12px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
pre { background: var(--panel); padding: 12px 14px; border-radius: 6px; overflow: auto; max-height: 460px; }
ul, ol { padding-left: 18px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.hint, .note { color: var(--muted); font-size: 13px; }
.hint { max-width: 92ch; }
.unit { color: var(--muted); font-weight: 400; font-size: 12px; margin-left: 6px; }
`;

const top = `
.brand { display: flex; justify-content: space-between; align-items: center; color: var(--muted); font-size: 13px; margin-bottom: 14px; }
.lead { font-size: 16px; color: var(--muted); max-width: 80ch; margin-top: 4px; }
.state { display: flex; gap: 8px 22px; align-items: baseline; flex-wrap: wrap; margin-top: 18px; padding: 12px 18px; border-radius: 8px; border-left: 6px solid var(--tone); background: color-mix(in srgb, var(--tone) 11%, var(--paper)); }
.state .word { font-size: 21px; line-height: 1.3; font-weight: 700; color: var(--tone-text); white-space: nowrap; }
.state > div { flex: 1 1 320px; max-width: 96ch; }
.state ul { margin-top: 4px; }
.failure { margin: 6px 0; }
.failure span { display: block; }
.good { --tone: var(--green); --tone-text: var(--green-text); }
.warn { --tone: var(--amber); --tone-text: var(--amber-text); }
.bad { --tone: var(--red); --tone-text: var(--red-text); }
.info { --tone: var(--blue); --tone-text: var(--blue-text); }
.facts { display: flex; flex-wrap: wrap; gap: 8px 28px; margin-top: 18px; }
.facts dt { color: var(--muted); font-size: 12px; }
.facts dd { font-size: 13px; overflow-wrap: anywhere; }
.answer { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); }
.answer > div { padding: 16px 20px 18px; border-left: 1px solid var(--rule); margin-left: -1px; }
.answer h2 { font-size: 13px; font-weight: 600; color: var(--muted); letter-spacing: 0; margin: 0; }
.answer .big { font-size: 30px; line-height: 1.25; font-weight: 650; letter-spacing: -0.02em; }
.answer.void .big { font-size: 17px; font-weight: 500; letter-spacing: 0; color: var(--muted); }
.answer small { font-size: 15px; font-weight: 500; color: var(--muted); letter-spacing: 0; }
.answer .note { font-size: 12.5px; line-height: 1.4; }
.findings { list-style: none; padding: 0; display: grid; gap: 10px 32px; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); }
.findings > li { border-left: 3px solid var(--tone); padding: 2px 0 2px 14px; }
.findings h3 { margin: 0 0 2px; font-size: 15px; line-height: 1.4; }
.findings ul { font-size: 13px; list-style: disc; }
.tag { font-size: 11.5px; font-weight: 600; color: var(--muted); border: 1px solid var(--rule); border-radius: 4px; padding: 0 5px; white-space: nowrap; }
.tag.good, .tag.warn, .tag.bad, .tag.info { color: var(--tone-text); border-color: color-mix(in srgb, var(--tone) 45%, var(--paper)); }
.run-tags { display: flex; flex-wrap: wrap; gap: 4px 6px; margin-top: 8px; }
.run-tags .tag { white-space: normal; overflow-wrap: anywhere; font-weight: 500; }
.verdict { font-weight: 600; color: var(--tone-text); }
.observed { display: block; color: var(--muted); font-size: 12px; white-space: normal; min-width: 8ch; }
.slo tbody th { white-space: nowrap; }
.glossary { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 14px 32px; }
.glossary dt { font-weight: 650; }
.glossary dd { color: var(--muted); font-size: 13px; }
.columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 40px; align-items: start; }
`;

const tables = `
.scroll { overflow-x: auto; }
.scroll.tall { max-height: 340px; overflow-y: auto; }
table { border-collapse: collapse; font-size: 13px; line-height: 1.35; overflow-wrap: break-word; }
th, td { text-align: left; vertical-align: top; padding: 5px 10px; font-weight: 400; }
thead th { color: var(--muted); font-size: 12px; white-space: nowrap; vertical-align: bottom; }
tbody th { font-weight: 600; }
tbody tr { border-top: 1px solid var(--rule); }
.n { text-align: right; white-space: nowrap; }
.steps { width: 100%; border-collapse: separate; border-spacing: 0; }
.steps tbody tr > * { border-top: 1px solid var(--rule); }
.steps th:first-child { position: sticky; left: 0; background: var(--paper); white-space: nowrap; }
.steps td, .steps th { padding: 6px 7px; }
.steps th a { display: inline-block; max-width: 34ch; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom; }
.steps thead tr:first-child th { text-align: left; font-weight: 600; color: var(--ink); padding-bottom: 0; }
.steps .first, .steps thead tr:first-child th { padding-left: 18px; }
.steps tbody tr:hover > * { background: var(--panel); }
.steps tbody .broke > * { background: color-mix(in srgb, var(--red) 13%, var(--paper)); }
.steps tbody .broke-too > * { background: color-mix(in srgb, var(--red) 5%, var(--paper)); }
.steps .warmup > *, .steps .drain > * { color: var(--muted); }
.steps .errors { font-size: 12px; min-width: 150px; }
.steps .strong { font-weight: 650; }
.steps .own { color: var(--muted); }
.zero { color: var(--faint); }
.loss { color: var(--red-text); font-weight: 600; }
.barred { min-width: 74px; }
.bar { display: block; position: relative; height: 4px; margin-top: 3px; background: var(--rule); border-radius: 1px; }
.bar b { position: absolute; left: 0; top: 0; bottom: 0; background: var(--blue); border-radius: 1px; }
.bar.latency b { background: var(--orange); }
.bar i { position: absolute; top: -2px; bottom: -2px; width: 2px; margin-left: -1px; background: var(--ink); }
details { margin-top: 6px; }
details.step { scroll-margin-top: 12px; border-top: 1px solid var(--rule); padding: 6px 0; margin: 0; }
details.step[open] { padding-bottom: 24px; }
summary { cursor: pointer; }
summary:hover { color: var(--link); }
.stack { margin: 0; }
.stack ol { padding-left: 26px; margin: 4px 0 8px; }
.sites { width: 100%; }
.sites td:last-child { width: 55%; }
.series tr:not(.first) { border-top-color: transparent; }
.series td, .series th { padding-top: 2px; padding-bottom: 2px; }
`;

const profiles = `
.hot { display: grid; grid-template-columns: minmax(320px, 2fr) minmax(0, 3fr); gap: 6px 28px; align-items: start; margin: 4px 0 10px; }
.hot table { width: 100%; }
.hot td, .hot th { padding: 3px 8px; }
.flame { position: relative; overflow: hidden; min-width: 0; }
.flame span { position: absolute; height: 18px; padding: 0 3px; border-right: 1px solid var(--paper); border-radius: 2px; font-size: 11px; line-height: 18px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; background: color-mix(in srgb, var(--hue) 30%, var(--paper)); }
.flame span:hover { background: color-mix(in srgb, var(--hue) 55%, var(--paper)); }
.flame-part { min-width: 0; }
.flame [role="treeitem"] { cursor: zoom-in; }
.flame [hidden] { display: none; }
.flame [data-hit] { outline: 2px solid var(--ink); outline-offset: -2px; }
.flame-tools { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; margin-bottom: 6px; }
.flame-tools input { font: inherit; font-size: 12.5px; color: var(--ink); background: var(--paper); border: 1px solid var(--rule); border-radius: 5px; padding: 3px 8px; min-width: 0; }
.difference { margin-top: 8px; }
.flame .same { --hue: var(--faint); }
.flame .grown, .flame .new { --hue: var(--red); }
.flame .shrunk, .flame .gone { --hue: var(--green); }
.flame .grown::before, .flame .new::before { content: "+"; }
.flame .shrunk::before, .flame .gone::before { content: "−"; }
.flame .new { border-top: 2px solid var(--red); }
.flame .gone { border-top: 2px dashed var(--green); }
.flame .h0 { --hue: var(--faint); }
.flame .h1 { --hue: var(--blue); }
.flame .h2 { --hue: var(--orange); }
.flame .h3 { --hue: var(--green); }
.flame .h4 { --hue: var(--purple); }
.flame .h5 { --hue: var(--olive); }
`;

const inspected = `
.changes .strong { font-weight: 600; }
.changes .more { color: var(--red-text); }
.changes td:last-child { width: 55%; }
`;

const media = `
@media screen and (max-width: 820px) {
  main { padding: 14px 16px 60px; }
  h1 { font-size: 25px; }
  .columns, .hot { grid-template-columns: minmax(0, 1fr); }
  .findings { grid-template-columns: minmax(0, 1fr); }
  .answer { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .answer .big { font-size: 25px; }
  .answer > div { padding: 12px 14px; }
}
@page { size: A4 landscape; margin: 12mm; }
@media print {
  :root { color-scheme: light !important; }
  body { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { max-width: none; padding: 0; zoom: 0.75; }
  .scroll { overflow: visible; max-height: none !important; }
  figure, tr, .findings > li, .answer, .glossary > div { break-inside: avoid; }
  h2, h3, figcaption, #charts .hint { break-after: avoid; }
  #theme, .toolbar, .flame-tools, .controls, #explorer, .tip { display: none !important; }
}
`;

/** All rules, in the order in which they override each other. */
export const styles = [
  palette,
  text,
  top,
  faceStyles,
  kindStyles,
  faultStyles,
  tables,
  profiles,
  inspected,
  chartStyles,
  media,
].join('');
