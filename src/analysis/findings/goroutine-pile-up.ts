/** The finding about goroutines that pile up: requests wait, wherever that is. */
import type { StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import { type Observation, observe, valueIn } from './observed.ts';
import type { FindingRule, Found } from './rule.ts';

const waitingPrefix = 'goroutines.waiting.';
const pileUpFactor = 5;
const pileUpFloor = 100;

/** The wait reasons whose goroutines grew most from the first measured step, each with the step and the place where it was worst. */
export const goroutinePileUp: FindingRule = {
  id: 'goroutine-pile-up',
  role: 'symptom',
  find: ({ steps }) => pileUp(steps),
};

function pileUp(steps: readonly StepResult[]): Found[] {
  const [base, ...later] = steps;
  if (!base) return [];
  const seen = waitReasons(steps).flatMap((reason) => {
    const grown = observe(later, waitingPrefix + reason, 'max').filter((at) => {
      const before = valueIn([base], { ...at, step: base.name }, waitingPrefix + reason, 'max') ?? 0;
      return at.value > pileUpFloor && at.value > pileUpFactor * Math.max(1, before);
    });
    const worst = grown.sort((a, b) => b.value - a.value)[0];
    return worst ? [{ ...worst, reason, steps: grown.map((at) => at.step) }] : [];
  });
  if (seen.length === 0) return [];
  const worstFirst = seen.sort((a, b) => b.value - a.value);
  return [
    {
      severity: 'warning',
      title: `Goroutines pile up in ${worstFirst
        .slice(0, 3)
        .map((at) => at.reason)
        .join(', ')}`,
      evidence: worstFirst.slice(0, 4).map((at) => {
        const before = valueIn([base], { ...at, step: base.name }, waitingPrefix + at.reason, 'max') ?? 0;
        return `${at.step}, ${at.target}: ${formatNumber(at.value)} in ${at.reason}${siteOf(steps, at)}; ${formatNumber(before)} in ${base.name}`;
      }),
      advice:
        'Goroutines that wait are requests that wait. The place says for what: an upstream, a lock, a channel, a connection of a pool.',
      steps: steps.map((step) => step.name).filter((name) => worstFirst.some((at) => at.steps.includes(name))),
    },
  ];
}

function waitReasons(steps: readonly StepResult[]): string[] {
  const names = steps.flatMap((step) => Object.values(step.targets).flatMap((table) => Object.keys(table)));
  return [...new Set(names.filter((name) => name.startsWith(waitingPrefix)))].map((name) =>
    name.slice(waitingPrefix.length),
  );
}

/** Where most of them wait; the idle companion that net/http keeps for each pooled connection says nothing. */
function siteOf(steps: readonly StepResult[], at: Observation & { reason: string }): string {
  const groups = steps.find((step) => step.name === at.step)?.goroutines ?? [];
  const telling = groups.find(
    ({ target, reason, site }) =>
      target === at.target && reason === at.reason && !site.endsWith('(*persistConn).writeLoop'),
  );
  return telling ? `, most in ${telling.site}` : '';
}
