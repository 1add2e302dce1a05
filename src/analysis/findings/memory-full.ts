/** The finding about a container that holds nearly all the memory it may have. */
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { foundAt, nameOf, placesOf } from './places.ts';
import type { FindingRule } from './rule.ts';

const nearlyFull = 0.92;

/** Steps in which a container came near its memory limit; a fact, until something is killed or grows into it. */
export const memoryFull: FindingRule = {
  id: 'memory-full',
  role: 'limit',
  find(run) {
    const places = placesOf(run, ({ table }) => {
      const [held, limit] = [table['container.memory_mib']?.max, table['container.memory_limit_mib']?.last];
      return held !== undefined && limit !== undefined && limit > 0 && held >= nearlyFull * limit
        ? held / limit
        : undefined;
    });
    const worst = places[0];
    if (!worst) return [];
    const mib = (name: string) => formatNumber(worst.table[name]?.max ?? 0);
    return [
      foundAt(
        run,
        places,
        ['container.memory_mib', 'go.heap_live_bytes', 'gc.heap_live_mib'],
        ({ table, value }) =>
          `${formatNumber(table['container.memory_mib']?.max ?? 0)} of ${formatNumber(table['container.memory_limit_mib']?.last ?? 0)} MiB, ${formatNumber(100 * value)} %`,
        {
          severity: 'note',
          title: `${nameOf(run, [worst.target])} holds ${mib('container.memory_mib')} of the ${mib('container.memory_limit_mib')} MiB that its container may have, at ${stepText(worst.step)}`,
          advice:
            'Beyond its limit the kernel kills it. Raise the limit, or set GOMEMLIMIT to about 90 % of it, so that the collector works harder before that.',
        },
      ),
    ];
  },
};
