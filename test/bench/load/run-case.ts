/** One run: one generator, one case, and what it came to by the target's clock and the kernel's accounts. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Case, warmUpS } from './cases.ts';
import type { Generator, Invocation, OwnReport } from './generators.ts';
import { indexOfDispersion, interpolate, type Percentiles, percentilesOf } from './statistics.ts';
import type { Seen, Target } from './target.ts';

/** What one run came to; `failure` says why there is nothing else. */
export interface Measured {
  readonly failure?: string;
  readonly rps?: number;
  readonly dispersion?: number;
  readonly own?: Percentiles;
  readonly lag?: Percentiles | undefined;
  readonly boundP99Us?: number | undefined;
  readonly truth?: Percentiles | undefined;
  /** CPU time of the generator after its warm-up, by request that arrived meanwhile. */
  readonly cpuUsPerRequest?: number | undefined;
  /** CPU time of its whole life, start and end included. */
  readonly totalCpuUs?: number;
  readonly peakBytes?: number;
}

/** What the meter prints (see measure/main.go). */
interface Cost {
  readonly exit: number;
  readonly timedOut: boolean;
  readonly peakBytes: number;
  readonly cpuUs: number;
  readonly samples: readonly (readonly [number, number])[];
}

/** A generator that is so much over its time is killed. */
const graceS = 6;
const dispersionWindowUs = 10_000;
/** The last moments are not counted: generators end theirs each in another way. */
const tailUs = 250_000;

/** Runs a case; a generator that fails is a result, an exception is a fault of the benchmark. */
export async function runCase(
  generator: Generator,
  command: string,
  task: Case,
  target: Target,
  meter: string,
): Promise<Measured> {
  const directory = mkdtempSync(join(tmpdir(), 'rampart-bench-'));
  try {
    await target.plan(task.target);
    const invocation = generator.invoke(command, task, { url: target.url, directory });
    const { cost, report } = measure(invocation, directory, meter, warmUpS + task.seconds + graceS);
    const seen = await target.seen();
    if (!seen) return { failure: 'no request arrived' };
    return { ...judge(seen, cost, task, generator.ownFromS), ...ownOf(generator.read(report)) };
  } catch (error) {
    return { failure: error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function ownOf({ response, lag, boundP99Us }: OwnReport) {
  return { own: response, lag, boundP99Us };
}

function measure({ argv, files, report }: Invocation, directory: string, meter: string, limitS: number) {
  for (const [name, text] of Object.entries(files ?? {})) writeFileSync(join(directory, name), text);
  const stdoutFile = join(directory, 'stdout');
  const env = { ...process.env, MEASURE_STDOUT: stdoutFile };
  const { stdout, stderr } = spawnSync(meter, [`${limitS}`, ...argv], { encoding: 'utf8', env, maxBuffer: 1 << 26 });
  const said = stderr.trim().split('\n');
  const complaint = said.find((line) => /error/i.test(line)) ?? said.at(-1) ?? '';
  if (stdout === '') throw new Error(`could not be started: ${complaint}`);
  const cost = JSON.parse(stdout) as Cost;
  if (cost.timedOut) throw new Error(`did not end within ${limitS} s`);
  if (cost.exit !== 0) throw new Error(`ended with exit code ${cost.exit}: ${complaint}`);
  const [command, ...rest] = report ?? [];
  const text = command ? execFileSync(command, rest, { encoding: 'utf8' }) : readFileSync(stdoutFile, 'utf8');
  return { cost, report: text };
}

/** What the target and the kernel say about a run. */
export function judge(seen: Seen, cost: Pick<Cost, 'samples' | 'cpuUs' | 'peakBytes'>, task: Case, ownFromS: number) {
  const fromUs = warmUpS * 1e6;
  const toUs = fromUs + task.seconds * 1e6 - tailUs;
  const arrived = seen.us.filter((us) => us >= fromUs && us < toUs).length;
  // One that ended too early spent nothing afterwards.
  const endUs = cost.samples.at(-1)?.[0] ?? 0;
  const cpuAt = (us: number) => interpolate(cost.samples, Math.min(seen.firstUnixUs + us, endUs));
  const [cpuBefore, cpuAfter] = [cpuAt(fromUs), cpuAt(toUs)];
  const held = seen.heldUs.filter((us, index) => us >= 0 && (seen.us[index] ?? 0) >= ownFromS * 1e6);
  return {
    rps: arrived / ((toUs - fromUs) / 1e6),
    dispersion: indexOfDispersion(seen.us, fromUs, toUs, dispersionWindowUs),
    truth: task.truth ? task.truth(ownFromS) : percentilesOf(held),
    cpuUsPerRequest:
      cpuBefore === undefined || cpuAfter === undefined || arrived === 0 ? undefined : (cpuAfter - cpuBefore) / arrived,
    totalCpuUs: cost.cpuUs,
    peakBytes: cost.peakBytes,
  };
}
