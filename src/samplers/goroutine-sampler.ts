/** The sampler of goroutine profiles: how many goroutines there are, what they wait for, and where. */
import {
  countByReason,
  type GoroutineGroup,
  type GoroutineGroups,
  groupGoroutines,
} from '../goruntime/goroutines/groups.ts';
import { notParked } from '../goruntime/goroutines/wait-reason.ts';
import { decodeProfile } from '../goruntime/profile/pprof.ts';
import { createHttpGetter } from '../host/http.ts';
import { pageUnder } from '../host/page-url.ts';
import type { Sampler, SamplerContext } from '../model/contracts.ts';
import { startPages } from './http-poll.ts';
import { type IntervalOptions, intervalOption } from './interval-option.ts';
import { takeProfile } from './profile-look.ts';

const source = 'goroutines';
/** Groups that are written down one by one; the rest is summed, so that the counts still make the total. */
const keptGroups = 40;
const otherStacks = 'other stacks';
/** Between looks of metrics, at the shortest interval that those have: they are goroutines of the target too, and not to be in its profiles. */
const afterMs = 25;
const mostSpreadMs = 200;
const maxBytes = 64 * 1024 * 1024;
/** The sampler of profiles looks for leaked goroutines itself, if it is asked to. */
const profiles = 'profiles';
/** What a target may take to find its leaked goroutines: half a second at 50,000 goroutines and 300 MiB. */
const leakLimitMs = 5000;

/** Reads goroutine profiles; each is a `stacks` sample and a reading of the `goroutines.` series. */
export const goroutineSampler: Sampler<IntervalOptions> = {
  kind: source,
  options: intervalOption(500, '5s', 'How often to take a goroutine profile (/debug/pprof/goroutine)'),
  cost: 'Each look makes each target stop its world twice for a moment and walk the stack of every goroutine (Go 1.19 and later; before, the world is stopped for the whole walk, about 1 us per goroutine). After the load, one search for leaked goroutines, where the service has it: a collection of garbage.',
  goDebug: () => [],
  observing: { options: { everyMs: 5000 }, sees: ({ pprofUrl }) => pprofUrl !== undefined },
  networkSources: [source],
  open: async ({ everyMs }, context) => {
    /** Every series a target had so far; a reason that nobody waits for any longer is zero, not missing. */
    const series = new Map<string, Set<string>>();
    const polling = startPages(
      {
        source,
        everyMs,
        afterMs,
        spreadMs: Math.min(mostSpreadMs, everyMs / 2),
        maxBytes,
        urlOf: ({ pprofUrl }) => pprofUrl && pageUnder(pprofUrl, 'goroutine'),
        noUrlMessage: 'no address of its pprof endpoint is known',
        read({ target, atUs, body }) {
          const found = groupGoroutines(decodeProfile(body));
          const values = valuesOf(found);
          const names = series.get(target) ?? new Set();
          series.set(target, names);
          for (const name of names) values[name] ??= 0;
          for (const name of Object.keys(values)) names.add(name);
          context.emit({ kind: 'stacks', atUs, target, total: found.total, groups: largest(found.groups) });
          context.emit({ kind: 'reading', atUs, target, source, values });
        },
      },
      context,
    );
    return {
      async close() {
        await polling.close();
        await lookForLeaks(context);
      },
    };
  },
};

/** Asks each target once, after a load; one that has no such profile is passed over: nobody asked for it. */
async function lookForLeaks({
  targets,
  steps,
  observers = [],
  onLoad,
  clock,
  emit,
  signal,
}: SamplerContext): Promise<void> {
  if (onLoad === undefined || signal.aborted || observers.includes(profiles)) return;
  const getter = createHttpGetter();
  const times = { forMs: 0, graceMs: leakLimitMs };
  await Promise.all(
    targets.map(async (target) => {
      if (target.isAway) return;
      const startUs = clock.nowUs();
      const took = await takeProfile(target, 'goroutineleak', times, getter, signal);
      if (!took || took.outcome === 'absent') return;
      const atUs = (startUs + clock.nowUs()) / 2;
      const about = { type: 'goroutineleak', step: steps.length - 1 } as const;
      emit({ kind: 'profile', atUs, untilUs: atUs, target: target.id, ...about, ...took });
    }),
  );
  getter.close();
}

function valuesOf({ total, groups }: GoroutineGroups): Record<string, number> {
  const values: Record<string, number> = { 'goroutines.total': total };
  for (const [reason, count] of countByReason(groups)) values[seriesOf(reason)] = count;
  return values;
}

function seriesOf(reason: string): string {
  if (reason === notParked) return 'goroutines.runnable';
  return reason === 'syscall' ? 'goroutines.syscall' : `goroutines.waiting.${reason}`;
}

function largest(groups: readonly GoroutineGroup[]): readonly GoroutineGroup[] {
  if (groups.length <= keptGroups) return groups;
  const count = groups.slice(keptGroups).reduce((sum, group) => sum + group.count, 0);
  return [...groups.slice(0, keptGroups), { count, reason: otherStacks, site: otherStacks, frames: [] }];
}
