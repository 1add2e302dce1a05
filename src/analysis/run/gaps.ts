/** What could not be looked at, as the result tells it. */
import { groupBy } from '../../model/group-by.ts';
import type { RunResult } from '../../model/run-result.ts';
import type { Gap } from '../../model/sample.ts';
import type { UnseenSource } from '../../model/topology.ts';

/**
 * Gaps of one source and target with the same message are one line with a count, but for those that lasted: each of these is one, however
 * often it was told.
 */
export function mergeGaps(gaps: readonly Gap[]): RunResult['gaps'] {
  const told = toldOnce(gaps);
  const keyOf = (gap: Gap) =>
    [gap.target, gap.source, gap.message, ...(gap.untilUs === undefined ? [] : [gap.atUs])].join('\n');
  return [...groupBy(told, keyOf).values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const { atUs, untilUs, target, source, message } = first;
    const until = untilUs === undefined ? {} : { untilUs: Math.round(untilUs) };
    return [{ atUs: Math.round(atUs), ...until, target, source, count: same.length, message }];
  });
}

const whatWords: Readonly<Record<UnseenSource, (of: string) => string>> = {
  'ends and restarts': (of) =>
    `ends and restarts of ${of} may have gone unseen, several may be told as one, and what was told at its end may have been before`,
  lines: (of) => `lines that ${of} printed may be missing`,
};

/** One warning for each stretch of time in which something may have gone unseen, with the first reason. */
export function unseenWarnings(gaps: readonly Gap[]): string[] {
  return Object.entries(whatWords).flatMap(([source, words]) => {
    const own = toldOnce(gaps.filter((gap) => gap.source === source)).toSorted((a, b) => a.atUs - b.atUs);
    return stretches(own).map(
      ({ atUs, untilUs, targets, message }) =>
        `from ${seconds(atUs)} ${untilUs === undefined ? 'on' : `to ${seconds(untilUs)}`} ${words(namesOf(targets))} (${message})`,
    );
  });
}

type Stretch = Pick<Gap, 'atUs' | 'untilUs' | 'message'> & { readonly targets: readonly string[] };

/** Those that overlap are one; `gaps` in the order of time. */
function stretches(gaps: readonly Gap[]): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const { atUs, untilUs, message, target } of gaps) {
    const last = found.at(-1);
    if (!last || (last.untilUs ?? Number.POSITIVE_INFINITY) < atUs) {
      found.push({ atUs, untilUs, message, targets: [target] });
      continue;
    }
    const isOpen = last.untilUs === undefined || untilUs === undefined;
    const targets = [...new Set([...last.targets, target])];
    found[found.length - 1] = { ...last, untilUs: isOpen ? undefined : Math.max(last.untilUs, untilUs), targets };
  }
  return found;
}

/** Of what was told when it began and again when it was over only the latter. */
function toldOnce(gaps: readonly Gap[]): readonly Gap[] {
  const keyOf = ({ atUs, target, source, message }: Gap) => [atUs, target, source, message].join('\n');
  const over = new Set(gaps.filter(({ untilUs }) => untilUs !== undefined).map(keyOf));
  return gaps.filter((gap) => gap.untilUs !== undefined || !over.has(keyOf(gap)));
}

const mostNames = 3;

function namesOf(targets: readonly string[]): string {
  if (targets.includes('all')) return 'all targets';
  const more = targets.length - mostNames;
  const named = targets.slice(0, mostNames).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}

function seconds(us: number): string {
  return `${(us / 1e6).toFixed(1)} s`;
}
