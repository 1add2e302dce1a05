/** On which ways a connection is opened: an address that refuses leads on to the next one at once. */
import type { DialTo, Routes } from './dialer.ts';

/** The addresses that are tried, in their order, and since when. */
export interface Way {
  readonly route: readonly [DialTo, ...DialTo[]];
  readonly fromUs: number;
}

/** The way of a new connection: the next address first, or one that is chosen, and alone then. */
export function newWay(routes: Routes, nowUs: number, to?: DialTo): Way {
  const [first, ...others] = to ? [to] : routes.next();
  return { route: [first ?? { path: '' }, ...others], fromUs: nowUs };
}

/** What is known of a dial that came to nothing. */
interface Refused {
  readonly otherWays: readonly DialTo[];
  readonly openedUs: number;
}

/**
 * The rest of the way of a connection whose dial was refused, as Go's net.Dialer goes on to the next address of a name: nothing was sent
 * yet. Undefined where none is left, or where it is not the dial that failed.
 */
export function wayOn({ otherWays: [next, ...others], openedUs }: Refused, kind: string): Way | undefined {
  return next && kind.startsWith('connect ') ? { route: [next, ...others], fromUs: openedUs } : undefined;
}
