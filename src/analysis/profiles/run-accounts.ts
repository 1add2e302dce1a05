/** How many requests there were in the time of each profile of a run: by the service's own count, and answered by all. */
import type { LoadTick } from '../../model/load.ts';
import { type RawRun, stepNamesOf } from '../../model/raw-run.ts';
import type { Series } from '../../model/run-result.ts';
import type { ProfileSample, Reading } from '../../model/sample.ts';
import { columnsOf, type SeriesColumns } from '../../model/series-columns.ts';
import { collectSeries } from '../run/series.ts';
import { sharedOut } from '../run/step-load.ts';

/** The time of one profile, and the requests in it. */
interface ProfileAccount {
  readonly windowUs: number;
  /** By the load generator: answers to the whole load. */
  readonly answered: number;
  /** By the target's own counter; undefined where it has none, or was not read for most of the time. */
  readonly own?: number | undefined;
}

/** Of a target, a type and the name of a step; undefined where no profile was taken. */
export type RunAccounts = (target: string, type: string, step: string) => ProfileAccount | undefined;

/** A counter that was read for less of a window than this does not tell of it. */
const leastRead = 0.5;

/** The accounts of a run. A snapshot’s time begins with the snapshot before it. */
export function runAccounts({ manifest, samples, readings }: RawRun): RunAccounts {
  const ticks = samples.filter((sample): sample is LoadTick => sample.kind === 'tick');
  const told = samples.filter((sample): sample is Reading => sample.kind === 'reading');
  const served = collectSeries(told, readings).filter(({ name }) => name === 'app.requests_per_second');
  const profiles = samples.filter((sample): sample is ProfileSample => sample.kind === 'profile');
  const byKey = new Map(profiles.map((sample) => [keyOf(sample), sample]));
  const names = stepNamesOf(manifest.scenario);
  return (target, type, step) => {
    const index = names.indexOf(step);
    const sample = byKey.get(keyOf({ target, type, step: index }));
    if (!sample) return undefined;
    const isSnapshot = sample.untilUs <= sample.atUs;
    const before = isSnapshot ? byKey.get(keyOf({ target, type, step: index - 1 })) : undefined;
    const startUs = before?.atUs ?? sample.atUs;
    const endUs = isSnapshot ? sample.atUs : sample.untilUs;
    const span = { index, name: step, kind: 'measure', startUs, endUs } as const;
    const own = served.find((series) => series.target === target);
    return {
      windowUs: endUs - startUs,
      answered: sharedOut(span, ticks, ({ completed }) => completed),
      own: own && countIn(own, startUs, endUs),
    };
  };
}

function keyOf({ target, type, step }: { readonly target: string; readonly type: string; readonly step: number }) {
  return [target, type, step].join('\n');
}

/** Each rate holds for the time since the look before it. */
function countIn(series: Series, startUs: number, endUs: number): number | undefined {
  const { atUs, values }: SeriesColumns = columnsOf(series);
  let [count, readUs] = [0, 0];
  for (const [index, end] of atUs.entries()) {
    const value = values[index] ?? Number.NaN;
    const begin = atUs[index - 1] ?? end - ((atUs[1] ?? end) - end);
    const overlapUs = Math.min(end, endUs) - Math.max(begin, startUs);
    if (overlapUs <= 0 || !Number.isFinite(value)) continue;
    count += (value * overlapUs) / 1e6;
    readUs += overlapUs;
  }
  const windowUs = endUs - startUs;
  if (windowUs <= 0 || readUs < leastRead * windowUs) return undefined;
  return (count * windowUs) / readUs;
}
