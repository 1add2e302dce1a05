/** Runs one arm once with the built rampart, and reads what it cost. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult, StepResult } from '../../../src/model/run-result.ts';
import { type Arm, type Drive, scenarioOf, targets } from './arms.ts';
import { type CpuLook, usedBetween, watchCpu } from './cpu-watch.ts';

/** What one run says; CPU times are per completed request, and per second. */
export interface Figures {
  readonly rps: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly targetCpuUs: number;
  readonly rampartCpuUs: number;
  readonly targetCpuMsPerS: number;
  readonly rampartCpuMsPerS: number;
  readonly bothCpuMsPerS: number;
  /** Cores that neither rampart nor its targets used, but others did. */
  readonly othersCores: number;
}

/** The figures of a run, or why it has none. */
export type Measured = { readonly figures: Figures } | { readonly failure: string };

/** Resolves also when the run fails; the run directory is removed. */
export async function runArm(arm: Arm, drive: Drive, directory: string): Promise<Measured> {
  const place = mkdtempSync(join(directory, 'run-'));
  try {
    const file = join(place, 'overhead.yaml');
    const out = join(place, 'out');
    writeFileSync(file, scenarioOf(arm, drive));
    const child = spawn(process.execPath, ['dist/cli.js', 'run', file, '--out', out], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const watch = watchCpu(child.pid ?? 0, targets.loadbalancer + targets.downstream);
    const errors: Buffer[] = [];
    child.stderr.on('data', (bytes: Buffer) => errors.push(bytes));
    await once(child, 'close').finally(() => watch.stop());
    const result = readResult(join(out, 'result.json'));
    return result ? judge(result, arm, drive, watch.stop()) : { failure: Buffer.concat(errors).toString().trim() };
  } finally {
    rmSync(place, { recursive: true });
  }
}

function readResult(file: string): RunResult | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunResult;
  } catch {
    return undefined;
  }
}

function judge(result: RunResult, arm: Arm, { loop }: Drive, looks: readonly CpuLook[]): Measured {
  const step = result.steps.find(({ kind }) => kind === 'measure');
  if (result.status !== 'complete' || !step) return { failure: result.failure?.message ?? `it is ${result.status}` };
  const reason = result.validity.reasons[0];
  if (reason) return { failure: reason.message };
  if (step.load.completed < step.load.planned) return { failure: 'some requests have no good answer' };
  // Who has nothing to do makes no garbage, so that there is no collection to see.
  const expected = Object.keys(arm.observe).filter((kind) => kind !== 'gctrace' || loop !== 'idle');
  const blind = expected.find((kind) => !hasSeen(result, step, kind));
  if (blind !== undefined) return { failure: `${blind} saw nothing in the measured step` };
  const fromMs = Date.parse(result.startedAt) + step.startUs / 1000;
  const used = usedBetween(looks, fromMs, fromMs + step.durationUs / 1000);
  return used ? { figures: figuresOf(step, used) } : { failure: 'its CPU time was not seen' };
}

/** An observation that fails costs nothing, and would pass for a cheap one. */
function hasSeen(
  { series, traces }: RunResult,
  { name, profiles, startUs, durationUs }: StepResult,
  kind: string,
): boolean {
  const isTaken = (outcome: string) => outcome === 'ok' || outcome === 'empty';
  if (kind === 'profiles') return profiles?.some(({ type, outcome }) => type === 'cpu' && isTaken(outcome)) ?? false;
  if (kind === 'trace') return traces?.windows.some(({ step }) => step === name) ?? false;
  const inStep = (atUs: number) => atUs >= startUs && atUs < startUs + durationUs;
  return series.some(({ source, points }) => source === kind && points.some(([atUs]) => inStep(atUs)));
}

function figuresOf(step: StepResult, used: Omit<CpuLook, 'atMs'>): Figures {
  const seconds = step.durationUs / 1e6;
  const requests = step.load.completedRps * seconds;
  return {
    rps: step.load.completedRps,
    p50Us: step.responseUs.p50,
    p99Us: step.responseUs.p99,
    targetCpuUs: (used.targetsMs * 1000) / requests,
    rampartCpuUs: (used.rampartMs * 1000) / requests,
    targetCpuMsPerS: used.targetsMs / seconds,
    rampartCpuMsPerS: used.rampartMs / seconds,
    bothCpuMsPerS: (used.targetsMs + used.rampartMs) / seconds,
    othersCores: (used.busyMs - used.targetsMs - used.rampartMs) / (seconds * 1000),
  };
}
