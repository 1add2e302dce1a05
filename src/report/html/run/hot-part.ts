/** What the profiles of a step say: a table of functions and a flame graph for each service, and which profiles are missing. */
import { shortFunction } from '../../../model/function-name.ts';
import type { StepResult } from '../../../model/run-result.ts';
import { formatNumber } from '../../../model/units.ts';
import { valueText } from '../../words/inspect-text.ts';
import { counted, partText, secondsText } from '../../words/number-format.ts';
import { flameGraph } from '../flame-graph.ts';
import { html, type Markup } from '../markup.ts';
import { bar } from './steps-table.ts';

type Hot = NonNullable<StepResult['hot']>[number];
type Taken = NonNullable<StepResult['profiles']>[number];

const titles: Readonly<Record<Hot['type'], string>> = {
  cpu: 'Where CPU went',
  heap: 'What allocated',
  mutex: 'Who held locks that others waited for',
  block: 'Where goroutines were blocked',
  trace: 'Execution trace',
  goroutineleak: 'Leaked goroutines',
  dump: 'All goroutines',
};

/** One section for each service and kind of profile; undefined when none was planned in the step. */
export function hotPart({ name, load, hot, profiles }: StepResult): Markup | undefined {
  if (!hot || !profiles) return undefined;
  return html`${hot.map((each, index) => hotSection(each, index, name, load.completedRps))}${missingTable(profiles)}`;
}

function hotSection(hot: Hot, index: number, step: string, completedRps: number): Markup {
  const { type, service, replicas, windowUs, total } = hot;
  const over = `${service}, ${rateText(hot)} over ${secondsText(windowUs)}${replicas > 1 ? ` of ${counted(replicas, 'replica')}` : ''}`;
  const heading = html`${titles[type]} <span class="unit">${over}</span>`;
  const answers = (completedRps * windowUs) / 1e6;
  const source = { step, profile: `${titles[type]}: ${service}`, unit: type === 'cpu' ? 'cpu' : hot.unit, answers };
  const words = (value: number) => `${valueText(value, hot.unit)}, ${partText(value, total)}`;
  const picture = flameGraph(hot.flame, total, words, source);
  const body = html`<div class="hot"><div class="scroll" tabindex="0"><table><thead><tr><th scope="col" class="n">flat</th><th scope="col" class="n">cum</th><th scope="col">function</th></tr></thead><tbody>${hot.functions
    .filter(({ flat }) => Math.abs(flat) >= total / 200)
    .slice(0, 10)
    .map(
      ({ name, flat, cum }) =>
        html`<tr><td class="n barred">${partText(flat, total)}${bar(flat / total, undefined, 'rate')}</td><td class="n">${partText(cum, total)}</td><td><code title="${name}">${shortFunction(name)}</code></td></tr>`,
    )}</tbody></table></div>${picture}</div>`;
  return html`<details class="profile"${index === 0 ? html` open` : undefined}><summary><strong>${heading}</strong></summary>${body}</details>`;
}

/** What is missing of each kind and why; nothing when all is there. */
function missingTable(profiles: readonly Taken[]): Markup | undefined {
  const missing = profiles.filter(({ outcome }) => outcome !== 'ok');
  if (missing.length === 0) return undefined;
  return html`<details><summary>Profiles that have nothing to show <span class="hint">${missing.length} of ${profiles.length}</span></summary>
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">target</th><th scope="col">profile</th><th scope="col">came to</th><th scope="col">why</th></tr></thead><tbody>${missing.map(
    ({ target, type, outcome, message }) =>
      html`<tr><th scope="row">${target}</th><td>${type}</td><td>${outcome}</td><td class="hint">${message}</td></tr>`,
  )}</tbody></table></div></details>`;
}

/** CPU in cores, allocations per second, and waiting as goroutines that wait at a time. */
function rateText({ type, total, windowUs }: Hot): string {
  if (windowUs === 0) return '';
  if (type === 'heap') return `${formatNumber(total / 1048576 / (windowUs / 1e6))} MiB/s`;
  const share = total / 1000 / windowUs;
  if (type !== 'cpu' && share < 0.01) return 'less than 0.01 goroutines waiting on average';
  return type === 'cpu' ? `${formatNumber(share)} cores` : `${formatNumber(share)} goroutines waiting on average`;
}
