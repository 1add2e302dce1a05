/** End of the page: what happened besides the load, what could not be seen, what observing cost, how to read it all. */
import type { RunResult } from '../../../model/run-result.ts';
import { formatCount, formatDurationMs, formatLatencyUs } from '../../../model/units.ts';
import { generatorTable } from '../../words/generator-table.ts';
import { secondsText } from '../../words/number-format.ts';
import { html, type Markup, wholeText } from '../markup.ts';

/** Events, gaps, warnings and observers. */
export function observedPart(result: RunResult): Markup {
  const { warnings, observers } = result;
  return html`<section id="observed"><h2>What was observed, and what was not</h2>
${warnings.length > 0 ? html`<h3>Warnings</h3><ul>${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>` : undefined}
<div class="columns"><div>${eventTable(result)}</div><div>${gapTable(result)}</div></div>
${
  observers.length > 0
    ? html`<h3>Observers and what each costs the target</h3><div class="scroll" tabindex="0"><table><tbody>${observers.map(
        ({ kind, cost }) => html`<tr><th scope="row">${kind}</th><td>${cost}</td></tr>`,
      )}</tbody></table></div>`
    : html`<h3>Observers</h3><p class="hint">No sampler watched the targets.</p>`
}
${programTable(result)}
${generatorsTable(result)}
${clockTable(result)}
</section>`;
}

/** Settings that every build has. */
const plainSettings = ['-buildmode', '-compiler', 'CGO_ENABLED', 'GOARCH', 'GOOS', 'DefaultGODEBUG'];

/** One row for each program; replicas that are alike share it. */
function programTable({ environment }: RunResult): Markup | undefined {
  const rows = new Map<string, { readonly ids: string[]; readonly cells: readonly string[] }>();
  for (const { id, go } of environment.targets) {
    if (!go) continue;
    const { version = '', path, module = '', moduleVersion = '', settings = {}, environment: own = {} } = go;
    const telling = Object.entries(settings).filter(([name]) => !plainSettings.includes(name));
    const cells = [version, `${path ?? module} ${moduleVersion}`, words(telling), words(Object.entries(own))];
    const row = rows.get(cells.join('\n')) ?? { ids: [], cells };
    row.ids.push(id);
    rows.set(cells.join('\n'), row);
  }
  if (rows.size === 0) return undefined;
  return html`<h3>Programs</h3><div class="scroll" tabindex="0"><table><thead><tr>${[
    'target',
    'Go',
    'program',
    'built with',
    'started with',
  ].map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${[...rows.values()].map(
    ({ ids, cells }) => html`<tr><td>${ids.join(', ')}</td>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

function words(entries: readonly (readonly [string, string])[]): string {
  return entries.map(([name, value]) => `${name}=${value}`).join(', ');
}

function generatorsTable(result: RunResult): Markup | undefined {
  const [heads, ...rows] = generatorTable(result);
  if (!heads) return undefined;
  return html`<h3>Generators <span class="unit">that sent the load together, each with its share; clocks stand to that of this run</span></h3>
<div class="scroll tall" tabindex="0"><table><thead><tr>${heads.map(
    (head, at) => html`<th scope="col" class="${at === 0 ? '' : 'n'}">${head}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (cells) => html`<tr>${cells.map((cell, at) => html`<td class="${at === 0 ? '' : 'n'}">${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

function clockTable({ clocks = [] }: RunResult): Markup | undefined {
  if (clocks.length === 0) return undefined;
  const heads = ['offset', 'uncertainty at most', 'usually', 'stamps'];
  return html`<h3>Clocks <span class="unit">how the stamps of each source stand to the clock of the run</span></h3>
<div class="scroll tall" tabindex="0"><table><thead><tr><th scope="col">target</th><th scope="col">source</th><th scope="col">how</th>${heads.map(
    (head) => html`<th scope="col" class="n">${head}</th>`,
  )}</tr></thead><tbody>${clocks.map(
    ({ target, source, method, offsetUs, uncertaintyUs, typicalUs, stamps }) =>
      html`<tr><td>${target}</td><td>${source}</td><td>${methods[method]}</td><td class="n">${offsetUs === 0 ? 'ours' : secondsText(offsetUs)}</td>${[
        uncertaintyUs,
        typicalUs,
      ].map(
        (us) => html`<td class="n">${us === undefined ? 'unknown' : `± ${formatLatencyUs(us)}`}</td>`,
      )}<td class="n">${formatCount(stamps)}</td></tr>`,
  )}</tbody></table></div>`;
}

const methods: Readonly<Record<NonNullable<RunResult['clocks']>[number]['method'], string>> = {
  'http-middle': 'stamped here with the middle of each exchange',
  'at-request': 'begun when it was asked for here, or later by the uncertainty',
  'read-here': 'read on this machine, stamped with the middle of each read',
  'least-delay': 'stamped there; the least delay to arrival here is the offset',
};

function eventTable({ events }: RunResult): Markup {
  if (events.length === 0) return html`<h3>Events</h3><p class="hint">None.</p>`;
  return html`<h3>Events</h3><div class="scroll tall" tabindex="0"><table><tbody>${events.map(
    ({ atUs, target, kind, message }) =>
      html`<tr><td class="n">${secondsText(atUs)}</td><td>${target ?? ''}</td><td>${kind}</td><td>${message}</td></tr>`,
  )}</tbody></table></div>`;
}

function gapTable({ gaps, observers }: RunResult): Markup {
  const none = observers.length > 0 ? 'None: every look succeeded.' : 'Nothing was looked at.';
  if (gaps.length === 0) return html`<h3>Gaps</h3><p class="hint">${none}</p>`;
  return html`<h3>Gaps <span class="unit">looks that failed; lines have holes there</span></h3>
<div class="scroll tall" tabindex="0"><table><thead><tr><th scope="col" class="n">first at</th><th scope="col" class="n">until</th><th scope="col" class="n">looks</th><th scope="col">target</th><th scope="col">source</th><th scope="col">why</th></tr></thead><tbody>${gaps.map(
    ({ atUs, untilUs, target, source, count, message }) =>
      html`<tr><td class="n">${secondsText(atUs)}</td><td class="n">${untilUs === undefined ? '' : secondsText(untilUs)}</td><td class="n">${formatCount(count)}</td><td>${target}</td><td>${source}</td><td>${message}</td></tr>`,
  )}</tbody></table></div>`;
}

/** The scenario as it was resolved, and the environment, as JSON. */
export function resolvedPart({ scenario, environment }: RunResult): Markup {
  const text = (value: unknown) => wholeText(JSON.stringify(value, undefined, 2));
  const { load } = scenario;
  const sent =
    load &&
    html`<p>Up to ${formatCount(load.maxConnections)} connections, timeout ${formatDurationMs(load.timeoutMs)}, seed ${scenario.seed}.</p>`;
  return html`<section id="resolved"><h2>What was asked for</h2>
${sent}
<details><summary>Resolved scenario</summary><pre tabindex="0">${text(scenario)}</pre></details>
<details><summary>Environment</summary><pre tabindex="0">${text(environment)}</pre></details>
</section>`;
}

const terms: readonly (readonly [string, string])[] = [
  [
    'Response time',
    'From the moment an arrival was due to its last byte. This is what a user would have waited; judge the service by it.',
  ],
  [
    'Service time',
    'From the first byte sent to the last byte received. Response minus service is time spent waiting to be sent.',
  ],
  [
    'Dispatch lag',
    'How late the generator was although a connection was free. If it is large, the run says more about the generator than about the service, and is invalid.',
  ],
  [
    'Dropped',
    'An arrival that could never be sent. With failed, timed out and unfinished it is one of the ways not to complete; the five outcomes add up to planned.',
  ],
  [
    'Resent',
    'A request sent once more because nothing of it can have been processed: it came to a connection that its target had closed, or HTTP/2 said so. Its outcome is that of the second sending, its time counts from when it was due.',
  ],
  [
    'Run queue',
    'Goroutines ready to run that wait for a P, in the global queue or in the queues of the Ps. A lasting queue means too little CPU.',
  ],
  [
    'Idle Ps',
    'Of the GOMAXPROCS processors of the Go scheduler, those with nothing to run. Idle Ps with high latency mean that the time is spent waiting, not computing.',
  ],
  [
    'Percentile',
    'p99 of 4.2 ms: 99 of 100 arrivals took at most 4.2 ms. Each is read from one merged histogram, never averaged.',
  ],
  ['Hole in a line', 'Nothing was seen there. It is not zero.'],
];

/** Terms that only a load has. */
export const loadTerms: readonly string[] = ['Response time', 'Service time', 'Dispatch lag', 'Dropped', 'Percentile'];

/** How to read the page, but for the terms that it does not use. */
export function glossaryPart(unused: readonly string[]): Markup {
  const used = terms.filter(([term]) => !unused.includes(term));
  return html`<section id="glossary"><h2>How to read this</h2><dl class="glossary">${used.map(
    ([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`,
  )}</dl></section>`;
}
