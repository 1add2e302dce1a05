/** Readings of the machine that everything runs on: what is left of its CPU, and what waits for it. */
import { type HostTimes, type Pressure, readHostTimes, readPressure } from '../host/proc-fs.ts';
import { tcpCountersOf } from '../host/sockets.ts';
import type { SamplerContext } from '../model/contracts.ts';
import { type NetworkLook, networkValues } from './network-values.ts';
import type { PolledTarget } from './poll.ts';
import type { StampErrors } from './stamp-errors.ts';

const host = 'host';
const resources = ['cpu', 'memory', 'io'] as const;

interface HostLook {
  readonly atUs: number;
  readonly times: HostTimes;
  readonly pressures: readonly (Pressure | undefined)[];
  readonly net: NetworkLook;
}

/** The target `host`, for polling; readings of the `host.` series, and of the `net.` series of rampart's network namespace. */
export function polledHost(source: string, errors: StampErrors, context: SamplerContext): PolledTarget {
  const { clock, emit } = context;
  let before: HostLook | undefined;
  return {
    id: host,
    async look() {
      const askedUs = clock.nowUs();
      const [times, ...pressures] = await Promise.all([
        readHostTimes(),
        ...resources.map((each) => readPressure(each)),
      ]);
      const halfUs = (clock.nowUs() - askedUs) / 2;
      errors.add(host, halfUs);
      const atUs = askedUs + halfUs;
      const now = { atUs, times, pressures, net: { atUs, network: host, counters: tcpCountersOf('self') } };
      const values = { ...hostValues(now, before), ...networkValues(now.net, before?.net) };
      emit({ kind: 'reading', atUs, target: host, source, values });
      const kills = before ? times.oomKills - before.times.oomKills : 0;
      if (kills > 0) {
        const message = `the kernel killed ${kills === 1 ? 'a process' : `${kills} processes`} for want of memory`;
        emit({ kind: 'event', atUs: now.atUs, target: host, event: 'oom', message });
      }
      before = now;
    },
  };
}

/** Shares hold for the time between two looks. */
function hostValues({ atUs, times, pressures }: HostLook, before: HostLook | undefined): Record<string, number> {
  const values: Record<string, number> = {
    'host.load_1m': times.load1m,
    'host.runnable': times.runnable,
    'host.cores': times.cores,
  };
  const total = before ? times.total - before.times.total : 0;
  if (!before || total <= 0) return values;
  const idle = times.idle - before.times.idle;
  const steal = times.steal - before.times.steal;
  values['host.cpu_percent'] = ((total - idle - steal) / total) * 100;
  values['host.idle_percent'] = (idle / total) * 100;
  values['host.steal_percent'] = (steal / total) * 100;
  for (const [index, resource] of resources.entries()) {
    const [now, then] = [pressures[index], before.pressures[index]];
    if (!now || !then) continue;
    const percent = (us: number) => (us / (atUs - before.atUs)) * 100;
    values[`host.${resource}_pressure_some_percent`] = percent(now.someUs - then.someUs);
    // Of the whole machine, CPU is never missing to all: someone has it.
    if (resource !== 'cpu') values[`host.${resource}_pressure_full_percent`] = percent(now.fullUs - then.fullUs);
  }
  return values;
}
