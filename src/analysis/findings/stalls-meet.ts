/** The finding about slow moments that meet what the runtime or the kernel does more often than chance: a join on the run's clock. */
import { seededUniform } from '../../model/random.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { type Moments, meetAny, runtimeMoments } from '../run/runtime-moments.ts';
import { type StepWindows, slowWindows } from '../run/slow-moments.ts';
import { type Coincidence, coincidenceOf } from '../statistics/coincidence.ts';
import type { FindingRule, Found } from './rule.ts';

const seed = 2;
/** All joins of a run together may be there by chance with these odds (Bonferroni). */
const mostChance = 0.01;
/** Stalls that are rarer than this do not reach the p99. */
const reachesP99 = 0.01;
/** Slow moments of which fewer meet have another reason for the most part. */
const leastMet = 0.5;
const leastSlow = 4;
const leastLift = 2;

interface Join {
  readonly moments: Moments;
  readonly found: Coincidence;
  readonly steps: readonly string[];
  readonly peakUs: number;
  /** Of all windows, those that were slow. */
  readonly slowShare: number;
}

/** Of all kinds of moments of all targets the one that slow windows meet most surely. */
export const stallsMeet: FindingRule = {
  id: 'stalls-meet',
  role: 'cause',
  explains: ['latency-knee'],
  find({ steps, series, targets }) {
    const windows = slowWindows(steps, series);
    const ids = targets.map(({ id }) => id);
    const joins = runtimeMoments(series, ids).flatMap((moments) => joinOf(windows, moments));
    const lift = ({ found }: Join) => found.met / found.expected;
    const [best] = joins
      .filter(({ found }) => found.chance * joins.length <= mostChance)
      .filter((join) => join.found.met >= leastMet * join.found.of && lift(join) >= leastLift)
      .sort((a, b) => a.found.chance - b.found.chance || lift(b) - lift(a));
    return best ? [meeting(best)] : [];
  },
};

function joinOf(windows: readonly StepWindows[], moments: Moments): Join[] {
  const both = windows.map(({ step, windowUs, startsUs, peaksUs, slow }) => {
    const event = meetAny(startsUs, windowUs, moments.all);
    const peakUs = peaksUs.reduce((most, us, index) => (slow[index] && event[index] ? Math.max(most, us) : most), 0);
    return { name: step.name, slow, event, peakUs };
  });
  const found = coincidenceOf(both, seededUniform(seed));
  if (!found || found.of < leastSlow) return [];
  const steps = both.filter(({ peakUs }) => peakUs > 0).map(({ name }) => name);
  const slowShare = found.of / both.reduce((sum, { slow }) => sum + slow.length, 0);
  return [{ moments, found, steps, slowShare, peakUs: Math.max(...both.map(({ peakUs }) => peakUs)) }];
}

function meeting({ moments, found, steps, peakUs, slowShare }: Join): Found {
  return {
    severity: slowShare >= reachesP99 ? 'warning' : 'note',
    title: `Slow responses, up to ${formatLatencyUs(peakUs)}, meet ${moments.name}`,
    evidence: [
      `${found.met} of ${found.of} slow moments meet one, ${formatNumber(found.expected)} would by chance; chance gives as many in at most ${formatNumber(100 * found.chance)} % of trials`,
    ],
    advice: moments.advice,
    steps: [...steps],
    targets: [moments.target],
    charts: [
      { target: generatorTarget, series: 'load.response_peak_us' },
      { target: moments.target, series: moments.series },
    ],
  };
}
