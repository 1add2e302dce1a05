/** How the stamps of each source stand to the clock of the run, as a result tells it. */
import type { RunResult } from '../../model/run-result.ts';
import type { ClockRelation } from '../../model/sample.ts';

type Clock = NonNullable<RunResult['clocks']>[number];

/** In whole microseconds. */
export function toClock({ target, source, method, offsetUs, uncertaintyUs, typicalUs, stamps }: ClockRelation): Clock {
  return {
    target,
    source,
    method,
    offsetUs: Math.round(offsetUs),
    ...(typeof uncertaintyUs === 'number' ? { uncertaintyUs: Math.ceil(uncertaintyUs) } : {}),
    ...(typeof typicalUs === 'number' ? { typicalUs: Math.ceil(typicalUs) } : {}),
    stamps,
  };
}

/** By target, then by source. */
export function byTarget(a: Clock, b: Clock): number {
  return a.target.localeCompare(b.target, 'en', { numeric: true }) || a.source.localeCompare(b.source, 'en');
}
