/** What a million requests cost on rented cores and memory. */
import type { ArmStep } from '../../model/comparison.ts';
import type { Prices } from '../../model/prices.ts';

const secondsPerHour = 3600;
const million = 1e6;

/** Core-hours, where nobody named prices: a GiB counts as a seventh of a core. */
const relativePrices: Prices = { core: 1, gib: 1 / 7, unit: '' };

/**
 * The cost of a million completed requests of these steps: CPU that was used, and memory that was held for as long as it took. Undefined
 * when CPU or memory was not observed.
 */
export function costPerMillion(steps: readonly ArmStep[], prices: Prices = relativePrices): number | undefined {
  let cpuSeconds = 0;
  let gibSeconds = 0;
  let requests = 0;
  for (const { counts, cpuUsPerRequest, memoryMib, completedRps } of steps) {
    if (cpuUsPerRequest === undefined || memoryMib === undefined || completedRps <= 0) return undefined;
    cpuSeconds += (cpuUsPerRequest / 1e6) * counts.completed;
    gibSeconds += (memoryMib / 1024) * (counts.completed / completedRps);
    requests += counts.completed;
  }
  if (requests === 0) return undefined;
  return ((cpuSeconds * prices.core + gibSeconds * prices.gib) / secondsPerHour / requests) * million;
}
