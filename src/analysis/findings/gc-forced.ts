/** The finding about garbage collection that the program itself asks for: runtime.GC or debug.FreeOSMemory in the path of requests. */

import { framesOf } from '../../goruntime/profile/types.ts';
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { answersPerSecond } from './allocations.ts';
import { ownFramesIn } from './application.ts';
import { gcCpuPercent, whatGcCosts } from './gc-pressure.ts';
import { harmedSteps } from './harm.ts';
import { foundAt, nameOf, placesOf } from './places.ts';
import type { FindingRule, RunEvidence } from './rule.ts';
import { gcPercentOf } from './vitals.ts';

/** One now and then is a profile that was asked for, or a look at leaks. */
const leastPerSecond = 0.5;
const leastCycles = 3;
/** Each call waits for a whole collection, also where that runs on Ps that had nothing else to do and costs nobody any CPU. */
const oftenPerAnswer = 0.05;
const asking = /^runtime(\/debug)?\.(GC|FreeOSMemory)$/;

/** Steps in which the program ran the collector itself again and again, by the lines of gctrace that say `(forced)`. */
export const gcForced: FindingRule = {
  id: 'gc-forced',
  role: 'cause',
  explains: whatGcCosts,
  find(run) {
    const places = placesOf(run, ({ step, target }) => {
      const forced = step.gc?.find((gc) => gc.target === target)?.forced ?? 0;
      const perSecond = forced / (step.durationUs / 1e6);
      return forced >= leastCycles && perSecond >= leastPerSecond ? perSecond : undefined;
    });
    const worst = places[0];
    if (!worst) return [];
    const harmed = harmedSteps(run);
    const isPaid = places.some(
      ({ step, target, value }) =>
        harmed.has(step.name) &&
        ((gcPercentOf(step, target) ?? 0) >= gcCpuPercent || value >= oftenPerAnswer * answersPerSecond(step, target)),
    );
    const names = places.map(({ target }) => target);
    const site = siteOf(run, worst.target);
    return [
      foundAt(
        run,
        places,
        ['gc.forced', 'gc.cpu_ms', 'gc.pause_ms'],
        ({ step, target, value }) => {
          const gc = step.gc?.find((one) => one.target === target);
          return `${formatNumber(value)} forced cycles per second, ${gc?.forced ?? 0} of ${gc?.cycles ?? 0}; ${formatNumber(gc?.cpuPercent ?? 0)} % of the CPU that GOMAXPROCS allows`;
        },
        {
          severity: isPaid ? 'warning' : 'note',
          title: `${nameOf(run, names)} runs the garbage collector itself, ${formatNumber(worst.value)} times per second at ${stepText(worst.step)}`,
          advice: `Take runtime.GC (or debug.FreeOSMemory) out of the way of requests${site === undefined ? '' : `: ${site} calls it`}. Each call collects the whole heap and waits for it; GOGC and GOMEMLIMIT say better when to collect.`,
          ...(site === undefined ? {} : { site }),
        },
      ),
    ];
  },
};

/** The application's function that asks, by goroutines that were seen waiting for it, or by CPU profiles. */
function siteOf({ stacks, works, targets }: RunEvidence, target: string): string | undefined {
  const ownFrames = ownFramesIn(targets.find(({ id }) => id === target)?.go);
  const waiting = stacks
    .filter((one) => one.target === target)
    .flatMap(({ groups }) => groups.map(({ frames }) => frames));
  const running = works
    .filter((work) => work.target === target && work.type === 'cpu')
    .flatMap(({ profile }) => profile?.samples.map((sample) => framesOf(sample)) ?? []);
  for (const frames of [...waiting, ...running]) {
    const at = frames.findLastIndex((frame) => asking.test(frame));
    const caller = at < 0 ? undefined : ownFrames(frames.slice(at + 1))[0];
    if (caller !== undefined) return caller;
  }
  return undefined;
}
