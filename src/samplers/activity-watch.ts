/** Looks at what the processes of each target do: readings of the `proc.` series, and once what of it cannot be seen. */
import { type ProcessActivity, readActivity } from '../host/process-activity.ts';
import type { SamplerContext } from '../model/contracts.ts';
import { type ActivityLook, activityValues, missingSeries } from './activity-values.ts';
import type { PolledTarget } from './poll.ts';
import { sparing } from './sparing.ts';
import type { StampErrors } from './stamp-errors.ts';
import type { FindProcesses } from './target-processes.ts';

/** The processes of one target, for polling; looks fall silent while it does not run, which others tell. */
export function polledActivity(
  id: string,
  source: string,
  find: FindProcesses,
  errors: StampErrors,
  context: Pick<SamplerContext, 'clock' | 'emit'>,
): PolledTarget {
  const { clock, emit } = context;
  let before: ActivityLook | undefined;
  let isTold = false;
  let isHopeless = false;

  function tell(message: string): void {
    if (!isTold) emit({ kind: 'doubt', atUs: clock.nowUs(), target: id, source, message });
    isTold = true;
  }

  async function look(): Promise<void> {
    if (isHopeless) return;
    const found = await find();
    if ('reason' in found) {
      isHopeless = true;
      return tell(`nothing is known of its threads, files and waits: ${found.reason}`);
    }
    const askedUs = clock.nowUs();
    const processes: ProcessActivity[] = [];
    for (const pid of found) {
      const activity = await readActivity(pid);
      if (activity) processes.push(activity);
    }
    if (processes.length === 0) return;
    const halfUs = (clock.nowUs() - askedUs) / 2;
    const now = { atUs: askedUs + halfUs, processes };
    errors.add(id, halfUs);
    emit({ kind: 'reading', atUs: now.atUs, target: id, source, values: activityValues(now, before) });
    before = now;
    const missing = missingSeries(processes);
    if (missing.length > 0) tell(`no ${missing.join(', ')}: ${whyMissing(processes)}`);
  }
  return { id, look: sparing(clock, look) };
}

function whyMissing(processes: readonly ProcessActivity[]): string {
  return processes.some(({ isRefused }) => isRefused)
    ? 'it runs as another user than rampart, which may not look at its files (run rampart as root, or as that user)'
    : 'the kernel does not tell them';
}
