/** The form that says which profiles are wanted; what it asks for is in the address. */
import { exactValue, html, type Markup } from '../markup.ts';

/** What was asked for, as it was written. */
export interface FilterTexts {
  readonly service: string;
  readonly type: string;
  readonly labels: string;
  readonly from: string;
  readonly to: string;
}

/** The form with what there is to choose from. */
export function filterPart(asked: FilterTexts, services: readonly string[], types: readonly string[]): Markup {
  return html`<form class="filter" method="get" action="/" aria-label="Which profiles">
<label>Service ${select('service', asked.service, services)}</label>
<label>Type ${select('type', asked.type, types)}</label>
${input('labels', 'Labels', asked.labels, 'step=500,instance=a')}
${input('from', 'From, UTC', asked.from, '2026-01-31T14:00:00')}
${input('to', 'To, UTC', asked.to, '2026-01-31T15:00:00')}
<button type="submit">Show</button>
</form>`;
}

/** The form that holds a selection against another one; what stays empty is as it is in the selection. */
export function comparePart(asked: FilterTexts): Markup {
  const kept = Object.entries(asked).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${exactValue(value)}">`,
  );
  const norms = ['none', 'second', 'request', 'share'].map((norm) => html`<option>${norm}</option>`);
  return html`<section><h2>Compare</h2><p class="hint">With a base, of which this is the new side. What stays empty is as it is here.</p>
<form class="filter" method="get" action="/difference" aria-label="Compare with a base">${kept}
${input('base_labels', 'Labels of the base', '', 'step=100')}
${input('base_service', 'Its service', '', asked.service)}
${input('base_from', 'From, UTC', '', '2026-01-31T14:00:00')}
${input('base_to', 'To, UTC', '', '2026-01-31T15:00:00')}
<label>For the same <select name="norm">${norms}</select></label>
<button type="submit">Compare</button>
</form></section>`;
}

function select(name: string, chosen: string, choices: readonly string[]): Markup {
  const all = chosen === '' || choices.includes(chosen) ? choices : [chosen, ...choices];
  const options = all.map(
    (choice) =>
      html`<option value="${exactValue(choice)}"${choice === chosen ? html` selected` : undefined}>${choice}</option>`,
  );
  return html`<select name="${name}"><option value="">all</option>${options}</select>`;
}

function input(name: string, label: string, value: string, example: string): Markup {
  return html`<label>${label} <input type="text" name="${name}" value="${exactValue(value)}" placeholder="${example}" spellcheck="false" autocomplete="off"></label>`;
}
