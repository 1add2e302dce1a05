/** The finding about a generator that is itself what is full: the numbers of these steps are its own. */

import { isObservation } from '../../model/raw-run.ts';
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { invalidReasons } from '../run/validity.ts';
import { harmedSteps } from './harm.ts';
import type { FindingRule } from './rule.ts';

/** Steps in which the generator was late, had no processor, or could do no more, by the rules that make a run invalid. */
export const generatorLimit: FindingRule = {
  id: 'generator-limit',
  role: 'measurement',
  find(run) {
    if (isObservation(run.scenario)) return [];
    const reasons = invalidReasons(run.scenario, run.steps).filter(({ code }) => code.startsWith('generator-'));
    const steps = run.steps.filter(({ name }) => reasons.some(({ step }) => step === name));
    const first = steps[0];
    if (!first) return [];
    const harmed = harmedSteps(run);
    const isFull = reasons.some(({ code, step }) => code === 'generator-saturated' && harmed.has(step ?? ''));
    const health = first.targets[generatorTarget];
    return [
      {
        severity: isFull ? 'warning' : 'note',
        ...(isFull
          ? { role: 'limit', explains: ['throughput-ceiling', 'latency-knee', 'response-leaves-service'] }
          : {}),
        title: isFull
          ? `The generator can do no more from ${stepText(first)} on: its event loop is busy ${formatNumber(health?.['load.loop_percent']?.mean ?? 0)} % of the time`
          : `Part of the latencies of ${stepText(first)} is the generator's own`,
        evidence: reasons.slice(0, 4).map(({ message, step }) => `${step}: ${message}`),
        advice:
          'Lower the rate, share the load out (load.workers), or give the generator cores of its own; numbers of these steps say nothing of the services.',
        steps: steps.map(({ name }) => name),
        targets: [generatorTarget],
        sinceUs: first.startUs,
        charts: [
          { target: generatorTarget, series: 'load.loop_percent' },
          { target: generatorTarget, series: 'load.lag_p99_us' },
          { target: generatorTarget, series: 'load.cpu_percent' },
        ],
      },
    ];
  },
};
