/** What the table of false alarms and power consists of. */
import type { Noise } from '../../simulation/gaussian-gate.ts';
import {
  allSteps,
  type GateCase,
  oneStep,
  oneStepWork,
  quickRamp,
  releaseRamp,
} from '../../simulation/simulated-gate.ts';
import type { HostName } from '../../simulation/simulated-host.ts';

/** The hosts, in the order of the table's columns. */
export const hostNames: readonly HostName[] = ['quiet', 'shared', 'awful'];

/** One row of gates: on these hosts, that many of each. */
export interface GateRow {
  readonly title: string;
  readonly kind: 'false alarm' | 'power';
  readonly hosts: readonly HostName[];
  readonly times: number;
  readonly gate: Omit<GateCase, 'host'>;
}

const release = { ramp: releaseRamp };
const quick = { ramp: quickRamp, settings: { tolerance: 0.05, detect: 0.2 } };
const stall = { stall: { everyS: 10, forS: 0.1 } };

/** All rows of gates; `times` is how many there are of identical arms and of the harmless change, the other rows have half as many. */
export function gateRows(times: number): GateRow[] {
  const half = Math.ceil(times / 2);
  const falseAlarm = (title: string, hosts: readonly HostName[], gate: GateRow['gate'], often = times): GateRow => ({
    title,
    kind: 'false alarm',
    hosts,
    times: often,
    gate,
  });
  const power = (title: string, hosts: readonly HostName[], gate: GateRow['gate']): GateRow => ({
    title,
    kind: 'power',
    hosts,
    times: half,
    gate,
  });
  return [
    falseAlarm('identical', hostNames, release),
    falseAlarm('every step slower by the tolerance, 2.5 %', ['shared', 'awful'], {
      ...release,
      change: allSteps(0.025),
    }),
    falseAlarm(
      'identical, machine slows down by 20 %',
      ['quiet', 'shared'],
      { ...release, trend: Math.log(1.2) },
      half,
    ),
    falseAlarm('identical, quick profile', ['quiet', 'shared'], quick, half),
    falseAlarm('identical, all of A before all of B', ['shared'], { ...release, isBlocked: true }, half),
    power('one step 10 % slower in its service', hostNames, { ...release, change: oneStepWork(0.1) }),
    power('one step 10 % slower in its responses', hostNames, { ...release, change: oneStep(0.1) }),
    power('every step 10 % slower in its responses', hostNames, { ...release, change: allSteps(0.1) }),
    power('pause of 100 ms every 10 s', hostNames, { ...release, change: stall }),
    power('one step 20 % slower in its responses, quick profile', ['quiet', 'shared'], {
      ...quick,
      change: oneStep(0.2),
    }),
  ];
}

/** One piece of work for a worker: some gates, naive comparisons or gates on bare columns, by their seeds. */
export type Task = { readonly key: string; readonly fromSeed: number; readonly toSeed: number } & (
  | { readonly kind: 'gate'; readonly gate: GateCase }
  | { readonly kind: 'naive'; readonly host: HostName }
  | { readonly kind: 'columns'; readonly noise: Noise; readonly effect: number }
);

/** What a worker answers: how often each outcome or alarm was seen, and the rounds that gates took. */
export interface TaskAnswer {
  readonly key: string;
  readonly times: number;
  readonly rounds: number;
  readonly seen: Readonly<Record<string, number>>;
}
