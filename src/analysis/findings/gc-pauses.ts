/** The finding about a world that is stopped for garbage collection long enough to be felt. */
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { harmedSteps, whatUsersSee } from './harm.ts';
import { foundAt, nameOf, placesOf } from './places.ts';
import type { FindingRule } from './rule.ts';

/** Of the time of the step; a collector that is well keeps below a thousandth. */
const stoppedPercent = 3;
const longMs = 10;

/** Steps in which stops of the world added up, or one of them was long. */
export const gcPauses: FindingRule = {
  id: 'gc-pauses',
  role: 'cause',
  explains: [...whatUsersSee],
  find(run) {
    const places = placesOf(run, ({ step, target, table }) => {
      const told = step.gc?.find((gc) => gc.target === target)?.pausePercent;
      const percent = told ?? (table['go.gc_pause_seconds_per_second']?.mean ?? 0) * 100;
      return percent >= stoppedPercent ? percent : undefined;
    });
    const harmed = harmedSteps(run);
    const worst = places.find(({ step }) => harmed.has(step.name)) ?? places[0];
    if (!worst) return [];
    const longest = worst.table['gc.pause_ms']?.max ?? 0;
    return [
      foundAt(
        run,
        [worst, ...places.filter((at) => at !== worst)],
        ['gc.pause_ms', 'go.gc_pause_seconds_per_second'],
        ({ table, value }) => {
          const [mean, max] = [table['gc.pause_ms']?.mean, table['gc.pause_ms']?.max];
          const each =
            mean === undefined ? '' : `, ${formatNumber(mean)} ms each, the longest ${formatNumber(max ?? 0)} ms`;
          return `stopped for garbage collection ${formatNumber(value)} % of the time${each}`;
        },
        {
          severity: harmed.has(worst.step.name) && longest >= longMs ? 'warning' : 'note',
          title: `Garbage collection stops ${nameOf(run, [worst.target])} for ${formatNumber(worst.value)} % of the time at ${stepText(worst.step)}`,
          advice:
            'Stops are long where threads cannot be stopped at once: tight loops in C, a machine or a CPU limit without a core for them. Fewer cycles (GOGC) mean fewer stops.',
          share: Math.min(1, worst.value / 100),
        },
      ),
    ];
  },
};
