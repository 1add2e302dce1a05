/** The finding about bytes: a service whose CPU goes to moving what it is asked for, and not to making it. */
import { stepText } from '../../model/step-text.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';
import { answersPerSecond } from './allocations.ts';
import { type CpuOf, cpuOf } from './cpu-of.ts';
import { fullCpu } from './full-cpu.ts';
import { harmedSteps, whatUsersSee } from './harm.ts';
import { foundAt, nameOf, type Place, placesOf } from './places.ts';
import type { FindingRule } from './rule.ts';
import { machineIsFull } from './vitals.ts';

/** Functions that hand bytes to a socket or take them from one. */
const moving =
  /^(internal\/poll\.\(\*FD\)\.(Write|Writev|Read|ReadFrom|WriteTo|WriteMsg|ReadMsg)|internal\/poll\.(SendFile|Splice|CopyFileRange)|syscall\.(write|read|writev|sendfile|Sendfile|sendto|recvfrom|splice))$/;
const mostOfService = 0.45;
/**
 * Where the network of the service is counted, bytes tell; else time does: a proxied short answer takes some 50 us of reads and writes, a
 * slow kernel several times that, and 2 MiB through loopback some 700 us.
 */
const leastKib = 64;
const leastUs = 250;
const leastCores = 0.15;

/** Steps in which most of a service's CPU went to reading and writing, and much of it for each answer. */
export const payloadBound: FindingRule = {
  id: 'payload-bound',
  role: 'cause',
  explains: [
    'machine-cpu',
    'generator-limit',
    'hot-function',
    'run-queue-backlog',
    'goroutine-pile-up',
    'gomaxprocs-below',
    'cpu-throttled',
    'noisy-host',
    'tcp-retransmits',
    ...whatUsersSee,
  ],
  find(run) {
    const of = new Map<Place['step'], Map<string, CpuOf>>();
    const places = placesOf(run, ({ step, target, table }) => {
      const cpu = cpuOf(run, { step, target }, moving);
      if (!cpu || cpu.share < mostOfService || cpu.cores < leastCores) return undefined;
      const kib = kibPerAnswer({ step, target, table });
      if (kib === undefined ? cpu.us < leastUs : kib < leastKib) return undefined;
      of.set(step, (of.get(step) ?? new Map()).set(target, cpu));
      return cpu.cores;
    });
    const harmed = harmedSteps(run);
    const paid = places.filter(
      ({ step, table }) => harmed.has(step.name) && (fullCpu(step, table) !== undefined || machineIsFull(step)),
    );
    const worst = paid[0] ?? places[0];
    const cpu = worst && of.get(worst.step)?.get(worst.target);
    if (!worst || !cpu) return [];
    return [
      foundAt(
        run,
        [worst, ...places.filter((at) => at !== worst)],
        ['container.network_tx_kib_s', 'proc.cpu_system_percent', 'container.cpu_percent'],
        (at) => words(at, of.get(at.step)?.get(at.target)),
        {
          severity: paid.length > 0 ? 'warning' : 'note',
          title: `Moving bytes takes ${formatNumber(100 * cpu.share)} % of the CPU of ${nameOf(run, [worst.target])} at ${stepText(worst.step)}: ${formatLatencyUs(cpu.us)} for each answer${cpu.site === undefined ? '' : `, in ${cpu.site}`}`,
          advice:
            'Send less: smaller pages of what is asked for, compression that is made once, a cache in front or at the client (ETag); and write it in few large pieces. The generator has to read all of it as well.',
          ...(cpu.site === undefined ? {} : { site: cpu.site }),
          share: Math.min(1, cpu.share),
        },
      ),
    ];
  },
};

/** Of the way that has more; undefined where the network of the service alone is not counted. */
function kibPerAnswer({ step, target, table }: Omit<Place, 'value'>): number | undefined {
  const moved = [table['container.network_tx_kib_s']?.mean, table['container.network_rx_kib_s']?.mean];
  const known = moved.flatMap((kib) => kib ?? []);
  const answers = answersPerSecond(step, target);
  return known.length > 0 && answers > 0 ? Math.max(...known) / answers : undefined;
}

function words({ step, target, table }: Place, cpu: CpuOf | undefined): string {
  const kib = kibPerAnswer({ step, target, table });
  const system = table['proc.cpu_system_percent']?.mean;
  const full = fullCpu(step, table)?.text;
  const parts = [
    `${formatNumber(100 * (cpu?.share ?? 0))} % of its CPU in reads and writes, ${formatNumber(cpu?.cores ?? 0)} cores, ${formatLatencyUs(cpu?.us ?? 0)} for each answer`,
    ...(kib === undefined ? [] : [`${formatNumber(kib)} KiB sent or taken for each`]),
    ...(system === undefined ? [] : [`${formatNumber(system / 100)} cores of the service in the kernel`]),
    ...(full === undefined ? [] : [full]),
  ];
  return parts.join('; ');
}
