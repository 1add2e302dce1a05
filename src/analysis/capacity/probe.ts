/** One probe of a capacity search: whether its rate was held, by the rules of the user and by keeping up at all. */
import type { CapacityProbe } from '../../model/capacity.ts';
import { groupBy } from '../../model/group-by.ts';
import { mergeHistograms, summarise } from '../../model/histogram.ts';
import type { LoadMessage, LoadTick, LoadWindow } from '../../model/load.ts';
import { medianOf } from '../../model/median.ts';
import type { RecordedScenario } from '../../model/raw-run.ts';
import type { StepResult } from '../../model/run-result.ts';
import type { SloRule } from '../../model/slo-rule.ts';
import { formatCount, isNoAnswer, maxLatencyUs } from '../../model/units.ts';
import { generatorReadings } from '../run/generator-series.ts';
import type { quantiles } from '../run/lost-slowest.ts';
import { collectSeries, stepTargets } from '../run/series.ts';
import { judgeSlo } from '../run/slo.ts';
import { stepLoad } from '../run/step-load.ts';
import { ruledOf } from '../run/step-parts.ts';
import type { StepSpan } from '../run/step-spans.ts';
import { invalidReasons } from '../run/validity.ts';

/** A target that answers less than this share of what is planned falls behind without end. */
const leastCompletedShare = 0.98;

const latencyKeys = ['p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'] as const;

/**
 * Latency rules are judged on the median over the seconds of the probe, so that one bad second is no limit; the others on
 * the whole step. Reasons that would make a run invalid leave the probe unknown. `messages` are those of its load.
 */
export function judgeProbe(
  rps: number,
  span: StepSpan,
  messages: readonly LoadMessage[],
  scenario: RecordedScenario,
  rules: readonly SloRule[],
): CapacityProbe {
  const windows = messages.filter((message) => message.kind === 'window');
  const step = stepOf(
    span,
    windows,
    messages.filter((message) => message.kind === 'tick'),
  );
  const own = windows.filter((window) => window.step === span.index);
  const typical = { ...step, responseUs: typicalSecond(own, step.responseUs.count), ...typicalRuled(own, step) };
  const { planned, completed, completedRps } = step.load;
  const { p50, p99 } = typical.responseUs;
  const inFlight = (completedRps * step.responseUs.mean) / 1e6;
  const about = { rps, step: span.name, completedRps, inFlight, p50Us: p50, p99Us: p99 };
  const invalid = invalidReasons(scenario, [step]);
  if (invalid.length > 0) return { ...about, outcome: 'unknown', reasons: invalid.map(({ message }) => message) };
  const failed = judgeSlo(rules, [typical]).filter(({ outcome }) => outcome !== 'pass');
  const broken = failed.map(({ rule, observed }) => `${rule}: ${observed}`);
  const isOpen = failed.length > 0 && failed.every(({ outcome }) => outcome === 'cannot-tell');
  if (completed < leastCompletedShare * planned) {
    broken.push(`${formatCount(completed)} of ${formatCount(planned)} arrivals were answered well`);
  } else if (isOpen) {
    return { ...about, outcome: 'unknown', reasons: broken };
  }
  return { ...about, outcome: broken.length === 0 ? 'held' : 'broken', reasons: broken };
}

function stepOf(span: StepSpan, windows: readonly LoadWindow[], ticks: readonly LoadTick[]): StepResult {
  return {
    name: span.name,
    kind: span.kind,
    startUs: span.startUs,
    durationUs: span.endUs - span.startUs,
    ...stepLoad(span, windows, ticks),
    targets: stepTargets([span], collectSeries(generatorReadings(windows, ticks)))[0] ?? {},
    goroutines: [],
  };
}

function typicalSecond(windows: readonly LoadWindow[], count: number): StepResult['responseUs'] {
  const summaries = secondsOf(windows).map((own) => summarise(mergeHistograms(own.map(({ response }) => response))));
  const medians = latencyKeys.map((key) => (summaries.length === 0 ? 0 : medianOf(summaries.map((one) => one[key]))));
  const [p50, p90, p95, p99, p999, max, mean] = medians;
  return {
    count,
    p50: p50 ?? 0,
    p90: p90 ?? 0,
    p95: p95 ?? 0,
    p99: p99 ?? 0,
    p999: p999 ?? 0,
    max: max ?? 0,
    mean: mean ?? 0,
  };
}

/**
 * The same with arrivals without a good answer as the slowest; nothing where each had one. A percentile that is one of theirs over the whole
 * probe is so whatever its median second says.
 */
function typicalRuled(windows: readonly LoadWindow[], { ruledUs }: StepResult): Pick<StepResult, 'ruledUs'> {
  if (!ruledUs) return {};
  const seconds = secondsOf(windows).map((own) => {
    const response = mergeHistograms(own.map((window) => window.response));
    const { p50, p90, p95, p99, p999 } = summarise(response);
    const ruled = ruledOf(own, { response, service: response, firstByte: [] }).ruledUs?.response;
    return ruled ?? { p50: [p50, p50], p90: [p90, p90], p95: [p95, p95], p99: [p99, p99], p999: [p999, p999] };
  });
  const typical = (key: keyof typeof quantiles): [number, number] => {
    if (isNoAnswer(ruledUs.response[key][0])) return ruledUs.response[key];
    const [least, most] = [0, 1].map((end) => {
      const us = medianOf(seconds.map((one) => one[key][end] ?? 0));
      return isNoAnswer(us) ? maxLatencyUs : us;
    });
    return [least ?? 0, most ?? 0];
  };
  const response = {
    p50: typical('p50'),
    p90: typical('p90'),
    p95: typical('p95'),
    p99: typical('p99'),
    p999: typical('p999'),
  };
  return { ruledUs: { ...ruledUs, response } };
}

/** The windows of each second. */
function secondsOf(windows: readonly LoadWindow[]): LoadWindow[][] {
  return [...groupBy(windows, ({ dueUs }) => dueUs).values()];
}
