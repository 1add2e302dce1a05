/** Findings of hand-made runs: what a service, the machine and the program showed in a step that was healthy or was not. */
import { buildResult } from '../../src/analysis/build-result.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { GoProgram } from '../../src/model/go-program.ts';
import type { LoadTick } from '../../src/model/load.ts';
import type { Sample } from '../../src/model/sample.ts';
import { healthySamples, rawRun, tick, window } from './raw-run.ts';

/** What was seen in the step `high`, 2,000/s from 4 s to 6 s, behind `low` with 1,000/s. */
export interface Shown {
  /** Of service `api`. */
  readonly api?: Readonly<Record<string, number>>;
  readonly host?: Readonly<Record<string, number>>;
  /** Of service `api` in the step `low`. */
  readonly apiBefore?: Readonly<Record<string, number>>;
  readonly go?: Partial<GoProgram>;
  /** Samples beside those of the load. */
  readonly more?: readonly Sample[];
  /** What the generator itself was like in each second of `high`. */
  readonly generator?: Partial<LoadTick>;
  /** Response time of every arrival in `high`; 2 ms is healthy, 200 ms has left its level. */
  readonly highUs?: number;
  /** The same of `low`, where 1 ms is healthy. */
  readonly lowUs?: number;
}

/** Response time of a step whose p99 left its level. */
export const slowUs = 200_000;

/** Every finding of such a run. */
export function findingsOf({
  api,
  host,
  apiBefore,
  go,
  more = [],
  generator,
  highUs = 2000,
  lowUs = 1000,
}: Shown): Finding[] {
  const seen = (target: string, fromUs: number, values: Readonly<Record<string, number>> = {}) =>
    [0.25, 0.75, 1.25, 1.75].map(
      (at): Sample => ({ kind: 'reading', atUs: fromUs + at * 1e6, target, source: 'test', values }),
    );
  const load = healthySamples().filter(
    (sample) => !(sample.kind === 'window' && sample.step > 0) && !(sample.kind === 'tick' && sample.atUs > 4.5e6),
  );
  const run = rawRun([
    ...load.filter(({ kind }) => kind !== 'end'),
    window(1, 2_000_000, 1000, lowUs),
    window(1, 3_000_000, 1000, lowUs),
    window(2, 4_000_000, 2000, highUs),
    tick(5_000_000, 2000, generator),
    window(2, 5_000_000, 2000, highUs),
    tick(6_000_000, 2000, generator),
    ...load.filter(({ kind }) => kind === 'end'),
    ...seen('api-1', 2e6, apiBefore),
    ...seen('api-1', 4e6, api),
    ...seen('host', 4e6, host),
    ...more,
  ]);
  const targets = [{ id: 'api-1', service: 'api', ...(go ? { go: { sources: ['binary'], ...go } } : {}) }];
  const environment = { ...run.manifest.environment, targets };
  return buildResult({ ...run, manifest: { ...run.manifest, environment } }).findings;
}

/** The one of them with this id. */
export function findingOf(id: string, shown: Shown): Finding | undefined {
  return findingsOf(shown).find((finding) => finding.id === id);
}
