/** The finding about a GOMAXPROCS that changed while the run went on: what was measured before and after is of two services. */

import type { RunEvent } from '../../model/sample.ts';
import { pointsOf } from '../run/series-lookup.ts';
import { isInStep } from '../run/step-time.ts';
import { harmedSteps, whatUsersSee } from './harm.ts';
import { nameOf } from './places.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';

/** Changes within the measured steps; fewer Ps from a step on that broke are the cause of it. */
export const gomaxprocsChanged: FindingRule = {
  id: 'gomaxprocs-changed',
  role: 'measurement',
  find(run) {
    const within = run.events.filter((event) => event.event === 'gomaxprocs' && stepAt(run, event.atUs));
    return [...new Set(within.map(({ target }) => target ?? ''))].map((target) =>
      changesOf(
        run,
        target,
        within.filter((event) => event.target === target),
      ),
    );
  },
};

function stepAt({ steps }: RunEvidence, atUs: number) {
  return steps.find((step) => isInStep(step, atUs));
}

function changesOf(run: RunEvidence, target: string, changes: readonly RunEvent[]): Found {
  const first = changes[0];
  const atUs = first?.atUs ?? 0;
  const points = ['sched.gomaxprocs', 'go.gomaxprocs'].flatMap((name) => pointsOf(run.series, target, name));
  const before = points.findLast(([us]) => us < atUs)?.[1];
  const after = points.at(-1)?.[1];
  const harmed = harmedSteps(run);
  const [was, since] = [
    run.steps.filter(({ startUs, durationUs }) => startUs + durationUs <= atUs),
    run.steps.filter(({ startUs, durationUs }) => startUs + durationUs > atUs),
  ];
  const isCause =
    before !== undefined &&
    after !== undefined &&
    after < before &&
    was.every(({ name }) => !harmed.has(name)) &&
    since.some(({ name }) => harmed.has(name));
  const name = nameOf(run, [target]);
  return {
    severity: isCause ? 'warning' : 'note',
    ...(isCause
      ? { role: 'cause', explains: ['run-queue-backlog', 'goroutine-pile-up', 'cpu-throttled', ...whatUsersSee] }
      : {}),
    title: `GOMAXPROCS of ${name} went from ${before ?? '?'} to ${after ?? '?'} in the run`,
    evidence: changes.slice(0, 4).map((event) => {
      const step = stepAt(run, event.atUs)?.name ?? '';
      return `${step}, ${target}, at ${(event.atUs / 1e6).toFixed(1)} s: ${event.message}`;
    }),
    advice:
      'Since Go 1.25 the runtime follows the CPU limit of its container. Keep the limit as it is while measuring, or set GOMAXPROCS; numbers before and after are of two settings.',
    steps: [...new Set(changes.flatMap((event) => stepAt(run, event.atUs)?.name ?? []))],
    targets: [target],
    sinceUs: Math.round(atUs),
    charts: ['sched.gomaxprocs', 'go.gomaxprocs']
      .filter((series) => run.series.some((one) => one.name === series && one.target === target))
      .map((series) => ({ target, series })),
  };
}
