/** What the traces over a run say of a service in a step, in sentences that are the same in every rendering. */
import type { InspectedPart, RequestCohort } from '../../model/inspected-trace.ts';
import type { RunResult } from '../../model/run-result.ts';
import type { KeptWindow, RunTraces, TracedStep } from '../../model/run-traces.ts';
import { stepText } from '../../model/step-text.ts';
import { insteadText, placeText, spentWords } from '../../model/traced-time-text.ts';
import { formatCount, formatLatencyUs, formatNumber } from '../../model/units.ts';
import { counted } from './number-format.ts';
import { kindsOf } from './trace-words.ts';

/** The heading over all of it. */
export const tracesTitle = 'Where slow requests spent their time';

const termsTold = 5;
/** Terms below this share of the sum are told together. */
const leastTerm = 0.02;

/** `step 800/s, api`. */
export function tracedTitle({ step, service }: Pick<TracedStep, 'step' | 'service'>): string {
  return `${stepText({ name: step })}, ${service}`;
}

/** What slow requests consist of and what ordinary ones do, a sentence each; or why that cannot be told. */
export function tracedSentences({ all, requests, windows, coveredS }: TracedStep): string[] {
  if (!all) {
    const over =
      windows.read === 0
        ? 'None of its windows could be read'
        : `No request is whole in the ${formatNumber(coveredS)} s that were read`;
    return [
      `Cannot tell where time went. ${over}${requests.censored > 0 ? `; ${counted(requests.censored, 'request')} went beyond a window` : ''}.`,
    ];
  }
  const { count, p50Us, p99Us, maxUs, typical, slow } = all;
  return [
    slow
      ? `p99 of traced requests ${formatLatencyUs(p99Us)}: the slowest 1 % took ${formatLatencyUs(slow.meanUs)} on average = ${sumText(slow)}.`
      : `Cannot tell what the slowest 1 % do: of ${counted(count, 'traced request')} those are too few for a mean. The slowest took ${formatLatencyUs(maxUs)}.`,
    ...(typical
      ? [
          `p50 ${formatLatencyUs(p50Us)}: ordinary requests took ${formatLatencyUs(typical.meanUs)} on average = ${sumText(typical)}.`,
        ]
      : []),
  ];
}

/** `29 ms runnable (processors meanwhile: …) + 8 ms waiting for a connection at sql.(*DB).conn + 0.4 ms other`: terms that add up to the mean. */
function sumText(cohort: RequestCohort): string {
  const { meanUs, parts } = cohort;
  const told = kindsOf(parts)
    .filter(({ us }) => us >= leastTerm * meanUs)
    .slice(0, termsTold);
  const otherUs = meanUs - told.reduce((sum, { us }) => sum + us, 0);
  const terms = told.map(({ what, us }) => `${formatLatencyUs(us)} ${spentWords[what]}${aboutTerm(what, us, cohort)}`);
  return [...terms, ...(otherUs >= 0.001 * meanUs ? [`${formatLatencyUs(otherUs)} other`] : [])].join(' + ');
}

function aboutTerm(what: InspectedPart['what'], us: number, cohort: RequestCohort): string {
  if (what !== 'runnable') return placeText(what, us, cohort.parts);
  const instead = insteadText(cohort, 2);
  return instead === undefined ? '' : ` (processors meanwhile: ${instead})`;
}

/** How much of the step was seen, and what of it was left out. */
export function coverageText({ windows, coveredS, requests }: TracedStep): string {
  const kept = windows.slow + windows.ordinary;
  const { found, censored, unanswered, ofTracer } = requests;
  const chosen =
    kept < windows.taken
      ? `${formatCount(kept)} kept (${formatCount(windows.slow)} with the slowest answers, ${formatCount(windows.ordinary)} by lot)`
      : 'all kept';
  return [
    `${counted(windows.taken, 'window')} taken, ${chosen}${windows.read < kept ? `, ${formatCount(windows.read)} read` : ''}`,
    `${formatNumber(coveredS)} s covered`,
    `${counted(found, 'request')} whole`,
    `${formatCount(censored)} cut off at an edge of a window`,
    ...(unanswered > 0 ? [`${formatCount(unanswered)} without a whole answer`] : []),
    ...(ofTracer > 0 ? [`${formatCount(ofTracer)} of the recording itself left out`] : []),
  ].join('; ');
}

/** What is to be known before these numbers are taken for those of the step. */
export function tracedCautions({ windows, requests, notes }: TracedStep): string[] {
  return [
    ...(windows.read < windows.taken
      ? [
          'Windows were kept because the client saw slow answers in them, so slow requests are more frequent here than in the step: its own percentiles stand in the table of steps.',
        ]
      : []),
    ...(requests.censored > 0 ? ['A slow request is cut off more often than a quick one.'] : []),
    ...notes,
  ];
}

/** What the client saw while the service was traced and while nothing was: what tracing costs. Undefined where there is nothing to compare. */
export function tracingCostText({ client }: TracedStep): string | undefined {
  if (!client) return undefined;
  const { traced, untraced } = client;
  const text = ({ count, p50Us, p99Us }: typeof traced) =>
    `p50 ${formatLatencyUs(p50Us)}, p99 ${formatLatencyUs(p99Us)} (${counted(count, 'arrival')})`;
  return `The client saw ${text(traced)} in the seconds in which this service was traced, and ${text(untraced)} in those in which nothing was.`;
}

/** How the windows were taken, and what times mean. */
export function tracesText({ windowUs, everyUs }: RunTraces): string {
  return `Execution traces of ${formatLatencyUs(windowUs)} each, every ${formatLatencyUs(everyUs)}, of one process at a time. Times are as the server saw them: from the moment at which a request could be read to the end of the last write of its answer.`;
}

/** What a short report tells: the services of the step that broke first, or of the last one where that has no traces. */
export function toldTraces({ traces, diagnosis }: Pick<RunResult, 'traces' | 'diagnosis'>): readonly TracedStep[] {
  const steps = traces?.steps ?? [];
  const broke = steps.filter(({ step }) => step === diagnosis?.capacity.breaksStep);
  return broke.length > 0 ? broke : steps.filter(({ step }) => step === steps.at(-1)?.step);
}

/** The windows that stand behind it, that with the slowest answer first. */
export function windowsOf({ windows }: RunTraces, { step, targets }: TracedStep): KeptWindow[] {
  return windows
    .filter((window) => window.step === step && targets.includes(window.target))
    .toSorted((a, b) => (b.slowestUs ?? 0) - (a.slowestUs ?? 0));
}
