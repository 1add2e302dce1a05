/** Whether what was seen so far is too far from a bound for chance, at looks that are taken again and again. */

/** So seldom is a bound that holds taken for broken, over all looks together. */
const error = 0.001;

/** The part of that error which is spent at a look, counted from 1; all parts together are the whole. */
export function errorAtLook(look: number): number {
  return error / (look * (look + 1));
}

/**
 * Whether `seen` of `of` are so many, or so few, that a true share of `limit` would hardly ever show them: by the bound of Chernoff,
 * P <= exp(-n KL(seen || limit)), for events that do not hang together.
 */
export function isShareBeyond(
  { seen, of, limit }: { readonly seen: number; readonly of: number; readonly limit: number },
  side: 'above' | 'below',
  chance: number,
): boolean {
  if (of === 0) return false;
  const share = Math.min(1, seen / of);
  if (side === 'above' ? share <= limit : share >= limit) return false;
  return of * divergence(share, limit) > Math.log(1 / chance);
}

/** Whether a mean over so many is beyond its limit by more standard errors than chance would make (sub-Gaussian tail). */
export function isMeanBeyond(
  {
    mean,
    deviation,
    of,
    limit,
  }: { readonly mean: number; readonly deviation: number; readonly of: number; readonly limit: number },
  side: 'above' | 'below',
  chance: number,
): boolean {
  const distance = side === 'above' ? mean - limit : limit - mean;
  return of > 0 && distance > 0 && distance * Math.sqrt(of) > deviation * errorsOf(chance);
}

/** Standard errors that a normal tail of this chance does not reach. */
export function errorsOf(chance: number): number {
  return Math.sqrt(2 * Math.log(1 / chance));
}

/** Kullback and Leibler's divergence of two coins, in nats. */
function divergence(p: number, q: number): number {
  return part(p, q) + part(1 - p, 1 - q);
}

function part(p: number, q: number): number {
  if (p === 0) return 0;
  return q === 0 ? Number.POSITIVE_INFINITY : p * Math.log(p / q);
}
