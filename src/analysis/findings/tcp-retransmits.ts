/** The finding about TCP segments that had to be sent again: a network that loses them, or a peer that does not take them. */

import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { answeredRps } from '../run/answered.ts';
import { harmedSteps } from './harm.ts';
import { nameOf } from './places.ts';
import type { FindingRule } from './rule.ts';
import { hostTarget } from './vitals.ts';

const series = 'net.retransmits_per_second';
/** Loopback and a healthy network have next to none. */
const perAnswer = 0.02;
const perSecond = 2;

/** Steps with more than a few segments sent again for each hundred answers. */
export const tcpRetransmits: FindingRule = {
  id: 'tcp-retransmits',
  role: 'limit',
  explains: ['latency-knee', 'failures'],
  find(run) {
    const seen = run.steps
      .flatMap((step) =>
        Object.entries(step.targets).flatMap(([target, table]) => {
          const rate = table[series]?.mean ?? 0;
          return rate >= perSecond && rate >= perAnswer * answeredRps(step.load) ? [{ step, target, rate }] : [];
        }),
      )
      .sort((a, b) => b.rate - a.rate);
    const worst = seen[0];
    if (!worst) return [];
    const harmed = harmedSteps(run);
    const who = worst.target === hostTarget ? 'the machine' : nameOf(run, [worst.target]);
    return [
      {
        severity: seen.some(({ step }) => harmed.has(step.name)) ? 'warning' : 'note',
        title: `TCP of ${who} sends ${formatNumber(worst.rate)} segments per second again at ${stepText(worst.step)}`,
        evidence: seen
          .slice(0, 4)
          .map(
            ({ step, target, rate }) =>
              `${step.name}, ${target}: ${formatNumber(rate)} per second, ${formatNumber(answeredRps(step.load))} answers per second`,
          ),
        advice:
          'Each costs its request 200 ms or more (the retransmission timeout). Look for loss on the way (a network with a limit or a delay), full accept queues, and buffers that are too small.',
        steps: [...new Set(run.steps.filter((step) => seen.some((one) => one.step === step)).map(({ name }) => name))],
        targets: [...new Set(seen.map(({ target }) => target))],
        sinceUs: Math.min(...seen.map(({ step }) => step.startUs)),
        charts: [{ target: worst.target, series }],
      },
    ];
  },
};
