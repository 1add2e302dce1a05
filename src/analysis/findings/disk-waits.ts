/** The finding about threads that wait for storage. */
import { stepText } from '../../model/step-text.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';
import { answeredRps } from '../run/answered.ts';
import { ownFramesIn } from './application.ts';
import { harmedSteps, whatUsersSee } from './harm.ts';
import { foundAt, nameOf, type Place, placesOf } from './places.ts';
import type { FindingRule, RunEvidence } from './rule.ts';
import { hostTarget } from './vitals.ts';

/** Threads that waited for storage on average, in percent of one: a fifth of a thread is more than a log file costs. */
const delayPercent = 20;
/** Where the kernel does not account each thread's waits: of the time, and of what the process wrote or read. */
const pressurePercent = 30;
const muchKibPerSecond = 256;
/** Of the mean response time; below it requests wait for something else. */
const leastShare = 0.2;
const onFiles =
  /^(os\.\(\*File\)\.|internal\/poll\.\(\*FD\)\.(Fsync|Pread|Pwrite|Write|Read)$|syscall\.(fsync|Fsync|Fdatasync|Pread|Pwrite))/;

/** Steps in which a service's threads waited for storage: reads that were not cached, writes that are forced out. */
export const diskWaits: FindingRule = {
  id: 'disk-waits',
  role: 'limit',
  explains: ['thread-growth', 'blocking-syscalls', 'goroutine-pile-up', 'run-queue-backlog', ...whatUsersSee],
  find(run) {
    const places = placesOf(run, (at) => waitingThreads(at));
    const harmed = harmedSteps(run);
    const paid = places.filter((at) => harmed.has(at.step.name) && (shareOf(at) ?? 0) >= leastShare);
    const worst = paid[0] ?? places[0];
    if (!worst) return [];
    const site = siteOf(run, worst.target);
    return [
      foundAt(
        run,
        [worst, ...places.filter((at) => at !== worst)],
        ['proc.io_delay_percent', 'proc.write_kib_s', 'proc.read_kib_s'],
        (at) => words(at),
        {
          severity: paid.length > 0 ? 'warning' : 'note',
          title: `${nameOf(run, [worst.target])} waits for storage at ${stepText(worst.step)}: ${formatLatencyUs(perAnswerUs(worst, answeredRps(worst.step.load)))} for each answer${site === undefined ? '' : `, in ${site}`}`,
          advice:
            'Force less to storage (one fsync for many writes, a write that does not wait), keep what is read in memory, or use faster storage.',
          ...(site === undefined ? {} : { site }),
          ...(shareOf(worst) === undefined ? {} : { share: Math.min(1, shareOf(worst) ?? 0) }),
        },
      ),
    ];
  },
};

/** How many threads waited on average. */
function waitingThreads({ step, table }: Omit<Place, 'value'>): number | undefined {
  const delay = table['proc.io_delay_percent']?.mean;
  if (delay !== undefined && delay >= delayPercent) return delay / 100;
  const pressure = step.targets[hostTarget]?.['host.io_pressure_some_percent']?.mean ?? 0;
  const moved = (table['proc.write_kib_s']?.mean ?? 0) + (table['proc.read_kib_s']?.mean ?? 0);
  return !delay && pressure >= pressurePercent && moved >= muchKibPerSecond ? pressure / 100 : undefined;
}

function perAnswerUs({ value }: Place, answersRps: number): number {
  return answersRps > 0 ? (value / answersRps) * 1e6 : 0;
}

function shareOf(at: Place): number | undefined {
  const { responseUs, load } = at.step;
  return responseUs.mean > 0 ? perAnswerUs(at, load.completedRps) / responseUs.mean : undefined;
}

function words(at: Place): string {
  const { step, table } = at;
  const [delay, written, read] = [
    table['proc.io_delay_percent']?.mean,
    table['proc.write_kib_s']?.mean,
    table['proc.read_kib_s']?.mean,
  ];
  const pressure = step.targets[hostTarget]?.['host.io_pressure_some_percent']?.mean;
  const parts = [
    ...(delay === undefined ? [] : [`${formatNumber(delay / 100)} threads waited for storage on average`]),
    ...(written === undefined ? [] : [`${formatNumber(written)} KiB/s written`]),
    ...(read === undefined ? [] : [`${formatNumber(read)} KiB/s read`]),
    ...(pressure === undefined
      ? []
      : [`something on the machine waited for storage ${formatNumber(pressure)} % of the time`]),
  ];
  return parts.join(', ');
}

/** The application's function that most goroutines in a call to files were seen in. */
function siteOf({ stacks, targets }: RunEvidence, target: string): string | undefined {
  const ownFrames = ownFramesIn(targets.find(({ id }) => id === target)?.go);
  const counts = new Map<string, number>();
  for (const { groups } of stacks.filter((one) => one.target === target)) {
    for (const { frames, count, reason } of groups) {
      const own =
        reason === 'syscall' && frames.some((frame) => onFiles.test(frame)) ? ownFrames(frames)[0] : undefined;
      if (own !== undefined) counts.set(own, (counts.get(own) ?? 0) + count);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
