/** What `inspect` found as one page: what calls for attention, what changed, charts, then each input. */
import { shortFunction } from '../../../model/function-name.ts';
import type { Judgement } from '../../../model/inspected-input.ts';
import type { Inspection } from '../../../model/inspection.ts';
import type { InspectChanges } from '../../../model/inspection-changes.ts';
import { formatCount } from '../../../model/units.ts';
import { changeOf, changeText, signedChange, sizeText } from '../../words/inspect-text.ts';
import { counted } from '../../words/number-format.ts';
import { severityTones, signs } from '../../words/state-words.ts';
import { groupPart } from '../charts/charts-part.ts';
import type { ReportData } from '../charts/report-data.ts';
import { html, type Markup } from '../markup.ts';
import { type PageTexts, pageAround } from '../run/page.ts';
import { inspectData } from './data.ts';
import { inputPart } from './parts.ts';

const changesShown = 60;
const judgementsShown = 40;

/** The page of these inspections and of what changed between them. */
export function inspectionPage(
  inspections: readonly Inspection[],
  changes: readonly InspectChanges[],
  tool: string,
  texts: PageTexts,
): string {
  const data = inspectData(inspections);
  const [first] = inspections;
  const title = inspections.length === 1 && first ? first.file : counted(inspections.length, 'input');
  const main = html`${headerOf(title, inspections, tool)}
${judgementsPart(inspections)}
${changes.map(changePart)}
${chartsOf(data)}
${inspections.map(inputPart)}`;
  return pageAround(`${title}: inspected`, main, data, texts);
}

const kindWords: Readonly<Record<Inspection['kind'], string>> = {
  log: 'log',
  dump: 'goroutine dump',
  profile: 'profile',
  hlog: 'HdrHistogram log',
  trace: 'execution trace',
};

function headerOf(title: string, inspections: readonly Inspection[], tool: string): Markup {
  return html`<header>
<p class="brand"><span>${tool}</span><button type="button" id="theme" hidden>Dark</button></p>
<h1>${title}</h1>
<dl class="facts">${inspections.map(
    ({ file, kind, bytes }) => html`<div><dt>${kindWords[kind]}, ${sizeText(bytes)}</dt><dd>${file}</dd></div>`,
  )}</dl>
</header>`;
}

/** What all inputs say, most severe first; nothing when they are only profiles and histograms, for which there are no rules. */
function judgementsPart(inspections: readonly Inspection[]): Markup | undefined {
  const rank = { critical: 0, warning: 1, info: 2 };
  const all = inspections.flatMap((inspection) => {
    const where = inspections.length > 1 ? inspection.file : undefined;
    const dumps = inspection.kind === 'profile' ? [inspection.snapshot] : 'dumps' in inspection ? inspection.dumps : [];
    return [
      ...inspection.judgements.map((judgement) => ({ where, judgement })),
      ...dumps.flatMap((dump) =>
        (dump?.judgements ?? []).map((judgement) => ({
          where: [...(where === undefined ? [] : [where]), ...(dumps.length > 1 && dump ? [dump.name] : [])].join(', '),
          judgement,
        })),
      ),
    ];
  });
  const judged = inspections.some(({ kind, counts }) => kind === 'log' || counts.goroutines > 0);
  if (!judged && all.length === 0) return undefined;
  const sorted = all.toSorted((a, b) => rank[a.judgement.severity] - rank[b.judgement.severity]);
  return html`<section id="findings"><h2>What calls for attention</h2>
${
  sorted.length === 0
    ? html`<p class="hint">Nothing that the rules of inspect know.</p>`
    : html`<ol class="findings">${sorted.slice(0, judgementsShown).map(({ where, judgement }) => judgementItem(judgement, where))}</ol>`
}
${sorted.length > judgementsShown ? html`<p class="hint">and ${formatCount(sorted.length - judgementsShown)} more of the kind: see --json</p>` : undefined}</section>`;
}

function judgementItem({ severity, certainty, title, evidence }: Judgement, where: string | undefined): Markup {
  const tone = severityTones[severity];
  return html`<li class="${tone}">
<h3><span class="tag ${tone}">${signs[tone]} ${certainty}</span> ${title}</h3>
${evidence.length > 0 ? html`<ul>${evidence.map((line) => html`<li>${line}</li>`)}</ul>` : undefined}
${where ? html`<p class="hint">${where}</p>` : undefined}
</li>`;
}

function changePart(change: InspectChanges): Markup {
  const { of, inputs, note, rows } = change;
  const left = rows.length - changesShown;
  return html`<section><h2>What changed <span class="unit">${of}</span></h2>
<p class="hint">${note}.</p>
<div class="scroll" tabindex="0"><table class="changes"><thead><tr>${inputs.map(
    (input) => html`<th scope="col" class="n" title="${input}">${shortFunction(input)}</th>`,
  )}<th scope="col" class="n">change</th><th scope="col"></th></tr></thead>
<tbody>${rows.slice(0, changesShown).map((row) => {
    const { name, detail, values } = row;
    const by = changeOf(row);
    return html`<tr>${values.map((value) => html`<td class="n">${changeText(value, change)}</td>`)}<td class="n strong${by > 0 ? ' more' : ''}">${signedChange(by, change)}</td><td><code title="${name}">${shortFunction(name)}</code> <span class="hint">${detail}</span></td></tr>`;
  })}</tbody></table></div>
${left > 0 ? html`<p class="hint">and ${counted(left, 'more row')}: see --json</p>` : undefined}</section>`;
}

function chartsOf(data: ReportData): Markup {
  // The script looks for the place of the charts in any case.
  if (data.series.length === 0) return html`<div id="charts"></div>`;
  return html`<section id="charts"><h2>Over time</h2>
<p class="hint">In seconds since each process or log began: what stands above each other is of the same age, not of the same hour. Drag across a chart to zoom all of them, double-click to go back.</p>
<noscript><p>The charts need JavaScript; every number is in the tables as well.</p></noscript>
<div id="toolbar" class="toolbar"></div>
${data.groups.map(groupPart)}
</section>`;
}
