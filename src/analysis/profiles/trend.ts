/** Whether what a request costs rises with the load: counts of samples, each with what it was exposed to. */

/** One step: its rate, the value and samples of a function in it, and the requests meanwhile. */
export interface TrendPoint {
  readonly rps: number;
  readonly requests: number;
  readonly value: number;
  /** 0 everywhere where they are not known. */
  readonly samples: number;
}

/** A straight line through the costs, each step weighed with its requests. */
export interface Trend {
  /** Per request, for one request per second more. */
  readonly slope: number;
  /** The line at the highest rate over the line at the lowest; undefined where the line is at nothing there. */
  readonly growth: number | undefined;
  /** Of the score test for a trend in Poisson counts (Armitage, Biometrics 11, 1955); undefined where samples are not known. */
  readonly z: number | undefined;
}

/** A line that is lower than this share of the mean cost is nothing there. */
const leastShare = 0.01;

/** The trend over these steps; undefined where they have not two rates, or no requests. */
export function costTrend(points: readonly TrendPoint[]): Trend | undefined {
  const used = points.filter(({ requests }) => requests > 0);
  const requests = sum(used, ({ requests: count }) => count);
  if (requests === 0) return undefined;
  const meanRps = sum(used, (point) => point.requests * point.rps) / requests;
  const spread = sum(used, (point) => point.requests * (point.rps - meanRps) ** 2);
  if (!(spread > 0)) return undefined;
  const total = sum(used, ({ value }) => value);
  const slope = sum(used, ({ rps, value }) => (rps - meanRps) * value) / spread;
  const lineAt = (rps: number) => total / requests + slope * (rps - meanRps);
  const rates = used.map(({ rps }) => rps);
  const [low, high] = [lineAt(Math.min(...rates)), lineAt(Math.max(...rates))];
  // From next to nothing any factor can come of rounding.
  const growth = low > leastShare * (total / requests) ? Math.max(0, high / low) : undefined;
  return { slope, growth, z: scoreOf(used, requests, meanRps, spread) };
}

/** Were there no trend, the samples would fall to the steps as the requests do. */
function scoreOf(used: readonly TrendPoint[], requests: number, meanRps: number, spread: number): number | undefined {
  const samples = sum(used, (point) => point.samples);
  if (!(samples > 0)) return undefined;
  const score = sum(used, (point) => (point.rps - meanRps) * point.samples);
  return score / Math.sqrt((samples * spread) / requests);
}

function sum(points: readonly TrendPoint[], pick: (point: TrendPoint) => number): number {
  return points.reduce((total, point) => total + pick(point), 0);
}
