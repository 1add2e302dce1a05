/** What a million requests cost, from the cores and the memory that serving them took. */

/** Prices per hour, in any one currency. */
export interface Prices {
  readonly corePerHour: number;
  readonly gibPerHour: number;
}

/** Prices in hours of a core: a core costs as much as 7 GiB, about what clouds charge. */
export const defaultPrices: Prices = { corePerHour: 1, gibPerHour: 1 / 7 };

/** What serving requests took over some time. */
export interface Consumption {
  readonly requests: number;
  readonly cpuSeconds: number;
  readonly gibSeconds: number;
}

/** The price of a million requests; NaN without requests. */
export function costPerMillion({ requests, cpuSeconds, gibSeconds }: Consumption, prices: Prices): number {
  const cost = (cpuSeconds * prices.corePerHour + gibSeconds * prices.gibPerHour) / 3600;
  return requests > 0 ? (cost / requests) * 1e6 : Number.NaN;
}
