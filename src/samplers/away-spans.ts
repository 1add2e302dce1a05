/** When targets were away, for samplers to which they speak: nothing is missed of what stood still or was not there. */
import type { Clock } from '../model/host.ts';
import type { Target } from '../model/topology.ts';

/** What was seen so far. */
export interface AwaySpans {
  /** Whether it was away at some moment of this time. */
  wasAway(target: string, fromUs: number, untilUs: number): boolean;
  /** Whether it was never there. */
  isStranger(target: string): boolean;
  close(): void;
}

interface Span {
  readonly fromUs: number;
  /** Still away, or not yet seen to be back. */
  untilUs: number;
}

/** Far shorter than a process takes to start again. */
const everyMs = 20;

/** Looks at them from now on. */
export function followAway(targets: readonly Target[], clock: Pick<Clock, 'nowUs'>): AwaySpans {
  const spans = new Map<string, Span[]>(targets.map(({ id }) => [id, []]));
  const away = new Set<string>();
  const seen = new Set<string>();
  const look = () => {
    const nowUs = clock.nowUs();
    for (const { id, isAway } of targets) {
      if (!isAway) seen.add(id);
      const own = spans.get(id) ?? [];
      if (isAway && !away.has(id)) own.push({ fromUs: nowUs, untilUs: nowUs });
      const last = own.at(-1);
      if (last && (isAway || away.has(id))) last.untilUs = nowUs;
      if (isAway) away.add(id);
      else away.delete(id);
    }
  };
  look();
  const timer = setInterval(look, everyMs);
  timer.unref();
  return {
    wasAway: (target, fromUs, untilUs) => {
      look();
      return (spans.get(target) ?? []).some((span) => span.fromUs <= untilUs && span.untilUs >= fromUs);
    },
    isStranger: (target) => spans.has(target) && !seen.has(target),
    close: () => clearInterval(timer),
  };
}
