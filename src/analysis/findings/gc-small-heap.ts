/** The finding about a heap so small that GOGC's percentages of it are no room at all: hundreds of cycles for a few MiB. */
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { cyclesPerSecond, explainedByGc, gcOfUsed, gcPlaces, takesFromRequests, whatGcCosts } from './gc-pressure.ts';
import { harmedSteps } from './harm.ts';
import { foundAt, nameOf, type Place } from './places.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';

const manyCycles = 20;
const smallMib = 24;
const mib = 1024 ** 2;
/** A goal that costs nothing on any machine that runs containers. */
const roomyMib = 128;

/** Steps in which a small live heap was collected tens of times a second and more, and that took CPU from requests. */
export const gcSmallHeap: FindingRule = {
  id: 'gc-small-heap',
  role: 'cause',
  explains: whatGcCosts,
  find(run) {
    const places = gcPlaces(run).filter((at) => {
      const forced = at.step.gc?.find(({ target }) => target === at.target)?.forced ?? 0;
      const cycles = cyclesPerSecond(at) ?? 0;
      const live = liveMib(at);
      return (
        cycles >= manyCycles &&
        forced / (at.step.durationUs / 1e6) < cycles / 2 &&
        live !== undefined &&
        live <= smallMib
      );
    });
    const harmed = harmedSteps(run);
    const worst = places.find((at) => harmed.has(at.step.name) && takesFromRequests(run, at)) ?? places[0];
    if (!worst) return [];
    const live = liveMib(worst) ?? 0;
    const gogc = Math.ceil(((roomyMib / Math.max(1, live)) * 100) / 100) * 100;
    const cycles = cyclesPerSecond(worst) ?? 0;
    return [
      foundAt(
        run,
        [worst, ...places.filter((at) => at !== worst)],
        ['gc.heap_live_mib', 'go.heap_live_bytes', 'gc.heap_goal_mib', 'go.heap_goal_bytes', 'go.cpu_gc_percent'],
        (at) =>
          `${formatNumber(cyclesPerSecond(at) ?? 0)} cycles per second of a heap with ${formatNumber(liveMib(at) ?? 0)} MiB live, ${formatNumber(at.value)} % of the CPU that GOMAXPROCS allows`,
        {
          severity: harmed.has(worst.step.name) && takesFromRequests(run, worst) ? 'warning' : 'note',
          explains: ['gc-pressure', 'gc-pauses', ...explainedByGc(run, worst)],
          ...shareOf(run, worst),
          title: `${nameOf(run, [worst.target])} collects a heap of ${formatNumber(live)} MiB ${formatNumber(cycles)} times per second at ${stepText(worst.step)}`,
          advice: `GOGC is a percentage of what is alive, which is next to nothing here. Set GOGC=${gogc}, or GOMEMLIMIT=${2 * roomyMib}MiB with GOGC=off: a few MiB more make tens of times fewer cycles.`,
        },
      ),
    ];
  },
};

function liveMib({ table }: Pick<Place, 'table'>): number | undefined {
  const bytes = table['go.heap_live_bytes']?.mean;
  return table['gc.heap_live_mib']?.mean ?? (bytes === undefined ? undefined : bytes / mib);
}

function shareOf(run: RunEvidence, at: Place): Pick<Found, 'share'> {
  const share = gcOfUsed(run, at);
  return share === undefined ? {} : { share };
}
