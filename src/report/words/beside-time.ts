/** What is known of a step that no part of an answer's time can show: processes that stood still, and what garbage took of them. */
import type { Diagnosis, Finding } from '../../model/finding.ts';
import { shortFunction } from '../../model/function-name.ts';
import type { StepResult } from '../../model/run-result.ts';
import { formatPercent } from '../../model/units.ts';
import { counted } from './number-format.ts';

type Decomposition = NonNullable<Diagnosis['decomposition']>;
/** A share of each target that has one, in percent. */
type Shares = readonly (readonly [target: string, percent: number])[];

/** Shares below these, in percent, make no mean slow. */
const leastThrottled = 1;
const leastCollected = 10;
const leastPaused = 5;
/** From this share of the mean on, a reader asks what is not explained. */
const muchUnexplained = 0.2;

/** Sentences to stand beside the bar of a mean answer's time; none where there is nothing to add to it. */
export function besideTime(
  decomposition: Decomposition,
  step: StepResult | undefined,
  cause: Finding | undefined,
): readonly string[] {
  const texts = [
    step && throttledText(step),
    step && collectedText(step),
    step && pausedText(step),
    unexplainedText(decomposition),
    apartText(decomposition, cause),
  ];
  return texts.filter((text) => text !== undefined);
}

function throttledText({ targets }: StepResult): string | undefined {
  const worst = worstOf(meansOf(targets, 'container.throttled_percent'), leastThrottled);
  if (!worst) return undefined;
  return `In this step the CPU limit stopped ${worst.target} in ${worst.percent} of the periods in which it ran${worst.more}: whatever a request did there, it stood still.`;
}

/** By the runtime's own counters, or else by its trace. */
function collectedText({ targets, gc = [] }: StepResult): string | undefined {
  const traced: Shares = gc.map(({ target, cpuPercent }) => [target, cpuPercent]);
  const worst = worstOf([...new Map([...traced, ...meansOf(targets, 'go.cpu_gc_percent')])], leastCollected);
  if (!worst) return undefined;
  return `In this step garbage collection took ${worst.percent} of the CPU that GOMAXPROCS allows ${worst.target}${worst.more}.`;
}

function pausedText({ gc = [] }: StepResult): string | undefined {
  const worst = worstOf(
    gc.map(({ target, pausePercent }) => [target, pausePercent]),
    leastPaused,
  );
  if (!worst) return undefined;
  return `In this step all of ${worst.target} stood still for garbage collection ${worst.percent} of the time${worst.more}.`;
}

function unexplainedText({ notExplainedUs, responseMeanUs }: Decomposition): string | undefined {
  if (notExplainedUs < muchUnexplained * responseMeanUs) return undefined;
  return 'Not explained is time in which no look at goroutines found the request in a handler: on its way, in a queue of the kernel, or in a process that stood still.';
}

/** A cause that takes no time of any request, such as what they leave behind, is not to be looked for in the bar. */
function apartText({ parts }: Decomposition, cause: Finding | undefined): string | undefined {
  const { site, share } = cause ?? {};
  if (site === undefined || share !== undefined) return undefined;
  const name = shortFunction(site);
  if (parts.some((part) => part.site !== undefined && shortFunction(part.site) === name)) return undefined;
  return `What was found first, at ${name}, is none of these parts.`;
}

function meansOf(targets: StepResult['targets'], series: string): Shares {
  return Object.entries(targets).flatMap(([target, table]) => {
    const mean = table[series]?.mean;
    return mean === undefined ? [] : [[target, mean] as const];
  });
}

function worstOf(shares: Shares, least: number) {
  const [worst, ...others] = shares.filter(([, percent]) => percent >= least).toSorted(([, a], [, b]) => b - a);
  if (!worst) return undefined;
  const more = others.length === 0 ? '' : `, and ${counted(others.length, 'more target')} less`;
  return { target: worst[0], percent: formatPercent(worst[1]), more };
}
