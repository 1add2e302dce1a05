/** Workers that have ended: goroutines that took from a queue, and became fewer for good while requests queue. */
import { isForeign } from '../../goruntime/package-names.ts';
import type { Stacks } from '../../model/sample.ts';
import { leastLooks } from '../waits/lasting-growth.ts';
import { stackKind } from '../waits/stack-kind.ts';
import type { TellingSite } from '../waits/telling.ts';
import type { RunEvidence } from './rule.ts';

/** How many of them there were at first, and are left. */
export interface LostWorkers {
  readonly target: string;
  /** The function that they were started with. */
  readonly site: string;
  readonly from: number;
  readonly to: number;
}

/** A pool that is as large as needed also becomes smaller, and larger again. */
const mostLeft = 0.5;
const fewestWorkers = 2;

/** The workers of a service whose queue is waited for, at the replica that lost most of them; undefined where they are as many as ever. */
export function lostWorkers(
  { site, waits: { step } }: TellingSite,
  { stacks }: Pick<RunEvidence, 'stacks'>,
): LostWorkers | undefined {
  if (site.kind !== 'queue') return undefined;
  const untilUs = step.startUs + step.durationUs;
  const lost = site.targets.flatMap((target) =>
    lostAt(stacks.filter((look) => look.target === target && look.atUs < untilUs)).map((each) => ({ target, ...each })),
  );
  return lost.toSorted((a, b) => b.from - b.to - (a.from - a.to))[0];
}

function lostAt(looks: readonly Stacks[]): Omit<LostWorkers, 'target'>[] {
  const [first] = looks;
  if (!first || looks.length < leastLooks) return [];
  return takersOf(first).flatMap((site) => {
    const counts = looks.map((look) => countOf(look, site));
    const [from = 0, to = 0] = [counts[0], counts.at(-1)];
    const neverGrew = counts.every((count, index) => count <= (counts[index - 1] ?? count));
    return from >= fewestWorkers && to <= mostLeft * from && neverGrew ? [{ site, from, to }] : [];
  });
}

/** What goroutines of the service were started with that waited for something to do. */
function takersOf({ groups }: Stacks): string[] {
  const sites = groups.flatMap((group) => {
    const { kind, request } = stackKind(group);
    const root = rootOf(group.frames);
    return kind === 'queue' && !request && !isForeign(root) ? [root] : [];
  });
  return [...new Set(sites)];
}

function countOf({ groups }: Stacks, site: string): number {
  return groups.reduce((sum, { frames, count }) => (rootOf(frames) === site ? sum + count : sum), 0);
}

function rootOf(frames: readonly string[]): string {
  return frames.findLast((frame) => frame !== 'runtime.goexit') ?? '';
}
