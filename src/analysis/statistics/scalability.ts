/** The universal scalability law fitted to probes: a description of how throughput follows concurrency, never a gate. */
import type { ScalabilityFit } from '../../model/capacity.ts';

/** Mean requests in flight, and answers per second at it. */
export interface LoadPoint {
  readonly inFlight: number;
  readonly completedRps: number;
}

/** Three parameters want more than three points. */
const leastPoints = 5;

/**
 * The fit of X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)) (N. Gunther, "Guerrilla Capacity Planning", 2007): least squares on
 * N/X = (1/lambda)(1 + sigma (N - 1) + kappa N (N - 1)), each point weighted so that shares of X count, sigma and kappa not below zero;
 * undefined with fewer than five different points or when no such law fits at all.
 */
export function fitScalability(points: readonly LoadPoint[]): ScalabilityFit | undefined {
  const usable = points.filter(({ inFlight, completedRps }) => inFlight > 0 && completedRps > 0);
  if (new Set(usable.map(({ inFlight }) => inFlight)).size < leastPoints) return undefined;
  const fits = [
    [1, 1],
    [1, 0],
    [0, 1],
    [0, 0],
  ].flatMap(([s, k]) => fitWith(usable, s === 1, k === 1) ?? []);
  return fits.sort((a, b) => a.squares - b.squares)[0]?.fit;
}

function fitWith(points: readonly LoadPoint[], hasSigma: boolean, hasKappa: boolean) {
  const columns = (n: number) => [1, ...(hasSigma ? [n - 1] : []), ...(hasKappa ? [n * (n - 1)] : [])];
  const rows = points.map(({ inFlight: n, completedRps: x }) => ({
    // Divided by N/X, which makes every residual a share.
    at: columns(n).map((value) => (value * x) / n),
    y: 1,
  }));
  const solved = leastSquares(rows);
  const [a, ...rest] = solved ?? [];
  if (a === undefined || a <= 0) return undefined;
  const sigma = hasSigma ? (rest[0] ?? 0) / a : 0;
  const kappa = hasKappa ? (rest[hasSigma ? 1 : 0] ?? 0) / a : 0;
  if (sigma < 0 || kappa < 0) return undefined;
  const lambda = 1 / a;
  const shares = points.map(({ inFlight: n, completedRps: x }) => {
    const fitted = (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
    return fitted / x - 1;
  });
  const fit = { lambda, sigma, kappa, worstResidual: Math.max(...shares.map(Math.abs)) };
  return { fit, squares: shares.reduce((sum, share) => sum + share * share, 0) };
}

/** The normal equations by Gaussian elimination; undefined when they have no one solution. */
function leastSquares(rows: readonly { at: readonly number[]; y: number }[]): number[] | undefined {
  const size = rows[0]?.at.length ?? 0;
  const system = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (_unused, j) => rows.reduce((sum, { at }) => sum + (at[i] ?? 0) * (at[j] ?? 0), 0)),
    rows.reduce((sum, { at, y }) => sum + (at[i] ?? 0) * y, 0),
  ]);
  for (let column = 0; column < size; column++) {
    const rest = system.slice(column).sort((a, b) => Math.abs(b[column] ?? 0) - Math.abs(a[column] ?? 0));
    system.splice(column, rest.length, ...rest);
    const pivot = system[column];
    const head = pivot?.[column] ?? 0;
    if (!pivot || Math.abs(head) < 1e-300) return undefined;
    for (const row of system) {
      if (row === pivot) continue;
      const factor = (row[column] ?? 0) / head;
      for (let j = column; j <= size; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
    }
  }
  return system.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1));
}
