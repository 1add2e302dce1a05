/** Looks at what the processes of each target do, and what its network namespace counts: readings of the `proc.` and `net.` series. */
import { type ProcessActivity, readActivity } from '../host/process-activity.ts';
import { networkOf, tcpCountersOf } from '../host/sockets.ts';
import type { SamplerContext } from '../model/contracts.ts';
import { type ActivityLook, activityValues, missingSeries } from './activity-values.ts';
import type { MissingSeries } from './missing-series.ts';
import { type NetworkLook, networkValues } from './network-values.ts';
import type { PolledTarget } from './poll.ts';
import { sparing } from './sparing.ts';
import type { StampErrors } from './stamp-errors.ts';
import type { FindProcesses } from './target-processes.ts';

/** Why what belongs to another user is not seen. */
export const refusal =
  'it runs as another user than rampart, which may not look at its files (run rampart as root, or as that user)';
const untold = 'the kernel does not tell them';

/** Who is told what. */
export interface WatchContext extends Pick<SamplerContext, 'clock' | 'emit'> {
  readonly source: string;
  readonly errors: StampErrors;
  readonly missing: MissingSeries;
}

/** The processes of one target, for polling; looks fall silent while it does not run, which others tell. */
export function polledActivity(id: string, find: FindProcesses, context: WatchContext): PolledTarget {
  const { clock, emit, source, errors, missing } = context;
  let before: (ActivityLook & { readonly net?: NetworkLook | undefined }) | undefined;
  let isHopeless = false;

  async function look(signal: AbortSignal): Promise<void> {
    const found = isHopeless ? [] : await find(signal);
    if ('reason' in found) {
      isHopeless = true;
      missing.add(id, ['proc.*', 'sock.*', 'net.*'], found.reason);
      return;
    }
    const askedUs = clock.nowUs();
    const processes: ProcessActivity[] = [];
    for (const pid of found) {
      const activity = await readActivity(pid);
      if (activity) processes.push(activity);
    }
    const [main] = processes;
    if (!main) return;
    const halfUs = (clock.nowUs() - askedUs) / 2;
    const atUs = askedUs + halfUs;
    const now = { atUs, processes, net: networkLook(main.pid, atUs) };
    errors.add(id, halfUs);
    const values = { ...activityValues(now, before), ...(now.net ? networkValues(now.net, before?.net) : {}) };
    emit({ kind: 'reading', atUs, target: id, source, values });
    before = now;
    const isRefused = processes.some((one) => one.isRefused);
    missing.add(id, missingSeries(processes), isRefused ? refusal : untold);
    if (isRefused && networkOf(main.pid) === undefined) missing.add(id, ['net.*'], refusal);
  }
  return { id, look: sparing(clock, look) };
}

/** Undefined where it is rampart's own namespace, whose counters are the host's, and where it cannot be known. */
function networkLook(pid: number, atUs: number): NetworkLook | undefined {
  const network = networkOf(pid);
  if (network === undefined || network === networkOf('self')) return undefined;
  return { atUs, network, counters: tcpCountersOf(pid) };
}
