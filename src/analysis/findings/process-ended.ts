/** The findings about services that stopped while the load ran: killed for want of memory, ended by themselves, or started again. */

import type { StepResult } from '../../model/run-result.ts';
import type { RunEvent } from '../../model/sample.ts';
import { stepText } from '../../model/step-text.ts';
import { formatCount, formatNumber } from '../../model/units.ts';
import { whatUsersSee } from './harm.ts';
import { nameOf } from './places.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';
import { hostTarget } from './vitals.ts';

const whatFollows = [
  'failures',
  'goroutine-pile-up',
  ...whatUsersSee,
  'connection-churn',
  'retry-amplification',
  'slow-replica',
  'uneven-replicas',
];
/** A kill and the end of what was killed are told by two; they are one when they are so near. */
const sameUs = 5_000_000;

/** Targets that ended or were started again, and were not killed for want of memory. */
export const processEnded: FindingRule = {
  id: 'process-ended',
  role: 'cause',
  explains: whatFollows,
  find(run) {
    const killed = outOfMemoryEvents(run);
    const isKill = (event: RunEvent) =>
      killed.some(({ target, atUs }) => target === event.target && Math.abs(atUs - event.atUs) < sameUs);
    return eventsOf(run, ['exit', 'restart'])
      .filter((event) => !isKill(event))
      .map((event) => foundOf(run, event, `${nameOf(run, [event.target ?? ''])} ${verbs[event.event]}`, endAdvice));
  },
};

/** Targets that the kernel killed because their container, or the machine, had no memory left. */
export const outOfMemory: FindingRule = {
  id: 'out-of-memory',
  role: 'limit',
  explains: ['process-ended', 'memory-full', ...whatFollows],
  find(run) {
    return outOfMemoryEvents(run).map((event) => {
      const who = event.target === hostTarget ? 'A process of the machine' : nameOf(run, [event.target ?? '']);
      return {
        ...foundOf(run, event, `${who} was killed for want of memory`, memoryAdvice),
        ...(event.target === hostTarget ? ({ severity: 'note', role: 'measurement' } as const) : {}),
      };
    });
  },
};

const verbs: Readonly<Record<string, string>> = { exit: 'ended', restart: 'was started again' };
const endAdvice =
  'The last lines of its log (logs/ in the run directory) say why: a panic, a fatal error, an exit. What was measured after it is of a service that is not whole.';
const memoryAdvice =
  'Raise the memory limit, or keep less: set GOMEMLIMIT to about 90 % of the limit, so that the collector works harder before the kernel kills; and look for what grows.';

/** One of each target and kind; also of containers that the engine says were killed when they ended. */
function outOfMemoryEvents(run: RunEvidence): RunEvent[] {
  const ended = eventsOf(run, ['exit', 'restart'], ({ message }) => /out of memory/i.test(message));
  const killed = eventsOf(run, ['oom']);
  return [...killed, ...ended.filter((event) => !killed.some(({ target }) => target === event.target))];
}

/** The first of each target, of those of which it holds. */
function eventsOf(
  { events }: RunEvidence,
  kinds: readonly string[],
  holds: (event: RunEvent) => boolean = () => true,
): RunEvent[] {
  const own = events.filter((event) => kinds.includes(event.event) && holds(event));
  return own.filter(({ target }, index) => own.findIndex((other) => other.target === target) === index);
}

function foundOf(run: RunEvidence, event: RunEvent, title: string, advice: string): Found {
  const step = stepAt(run, event.atUs);
  const at = `${(event.atUs / 1e6).toFixed(1)} s`;
  const times = run.events.filter(({ event: kind, target }) => kind === event.event && target === event.target).length;
  return {
    severity: 'critical',
    title: `${title} at ${at}${step ? `, in ${stepText(step)}` : ''}`,
    evidence: [
      `${at}, ${event.target}: ${event.message}${times > 1 ? `; ${times} times` : ''}`,
      ...(step ? [seenWords(step)] : []),
    ],
    advice,
    steps: step ? [step.name] : [],
    ...(event.target === undefined ? {} : { targets: [event.target] }),
    sinceUs: Math.max(0, Math.round(event.atUs)),
    charts: event.target === undefined ? [] : [{ target: event.target, series: 'container.memory_mib' }],
  };
}

/** The step in which it was; after the last one, the last: a run ends with what it was sent to. */
function stepAt({ steps }: RunEvidence, atUs: number): StepResult | undefined {
  return steps.findLast(({ startUs }) => atUs >= startUs);
}

/** What users saw of it. */
function seenWords({ name, load, errors }: StepResult): string {
  const lost = load.failed + load.timedOut + load.dropped;
  const kinds = Object.entries(errors).slice(0, 3);
  const words = kinds.map(([kind, count]) => `${kind} ${formatCount(count)}`).join(', ');
  return `${name}: ${formatCount(lost)} of ${formatCount(load.planned)} arrivals were not answered well (${formatNumber((100 * lost) / Math.max(1, load.planned))} %)${words === '' ? '' : `: ${words}`}`;
}
