/** Connections that were opened in a step to be kept: pools that grew, as they do where more requests are under way at once. */
import type { StepResult } from '../../model/run-result.ts';
import { isClosedLoop } from '../../model/scenario.ts';
import { columnsOf, firstFrom } from '../../model/series-columns.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { pointsOf, seriesOf } from '../run/series-lookup.ts';
import { riseRps } from './dialled.ts';
import type { RunEvidence } from './rule.ts';
import { serviceTables } from './vitals.ts';

const open = 'load.connections';

/**
 * By how much the connections of the generator became more, per second: what it opened less what was closed. Each tick tells what was opened
 * in it and what is open at its end, so that the last one before the step is where the step began.
 */
export function loadPoolRps(step: StepResult, { series, scenario }: RunEvidence): number {
  const known = seriesOf(series, generatorTarget, open);
  if (!known) return 0;
  const { atUs, values } = columnsOf(known);
  const [from, to] = [firstFrom(atUs, step.startUs), firstFrom(atUs, step.startUs + step.durationUs)];
  if (from === to) return 0;
  // A step of a closed load has connections of its own.
  const before = scenario.load && isClosedLoop(scenario.load) ? 0 : (values[from - 1] ?? 0);
  const ticksUs = (atUs[to - 1] ?? 0) - (atUs[from - 1] ?? Number.NEGATIVE_INFINITY);
  return Math.max(0, (((values[to - 1] ?? 0) - before) / Math.min(step.durationUs, ticksUs)) * 1e6);
}

/**
 * The most by which the pools of a service in a network of its own grew, per second: those of its clients count as well, because sockets do
 * not tell who opened them.
 */
export function servicePoolRps(step: StepResult, target: string, { series }: RunEvidence): number {
  return Math.max(0, riseRps(pointsOf(series, target, 'sock.established'), step));
}

/**
 * By how much the pools of services that share a network grew, per second. A connection between two of them is held at both ends, one of the
 * load at one; what is left leads to where nobody looks.
 */
export function machinePoolRps(step: StepResult, { series }: RunEvidence): number {
  const shared = serviceTables(step).filter(([, table]) => table['net.dials_per_second'] === undefined);
  const rises = (isOne: (name: string) => boolean) =>
    shared
      .flatMap(([target, table]) => Object.keys(table).flatMap((name) => (isOne(name) ? [{ target, name }] : [])))
      .reduce((sum, { target, name }) => sum + riseRps(pointsOf(series, target, name), step), 0);
  const held = rises((name) => name === 'sock.established');
  const between = rises((name) => name.startsWith('sock.to.'));
  return Math.max(0, between, held - between - riseRps(pointsOf(series, generatorTarget, open), step));
}
