/** `rampart gate --self-check`: the candidate in both arms, told and kept, and what gates of the scenario make of it. */
import { join, relative, resolve } from 'node:path';
import { selfCheckOf } from '../analysis/gate/self-check.ts';
import { readComparison } from '../archive/comparison-directory.ts';
import { readSelfCheck, selfCheckPath, storeSelfCheck } from '../archive/self-check-file.ts';
import { writeText } from '../host/files.ts';
import { machineFacts } from '../host/machine.ts';
import { exitCodes, messageOf, RampartError } from '../model/errors.ts';
import type { Gate, PlannedGates } from '../model/gate.ts';
import type { Caller } from '../model/host.ts';
import type { SelfCheck } from '../model/self-check.ts';
import { formatNumber } from '../model/units.ts';
import { keepGate } from './finish.ts';

/** The file in the gate's directory that holds what the self-check showed. */
const selfCheckFile = 'self-check.json';

/** What the rounds of a self-check show. */
export function readingOf(gate: Gate, planned: PlannedGates): SelfCheck {
  const { id, startedAt, tool, scenario, machine, input, verdict } = gate;
  const { cpuModel, cpus } = machine ?? machineFacts();
  return {
    schemaVersion: 1,
    kind: 'self-check',
    id,
    checkedAt: startedAt,
    toolVersion: tool.version,
    machine: { cpuModel, cpus },
    scenario: { name: scenario.name, digest: scenario.digest ?? '' },
    ...selfCheckOf(verdict, input.settings, planned),
  };
}

/** Writes what it showed into the directory and, unless it was cut short, where gates find it; gives the gate with the time its rounds took. */
export async function writeSelfCheck(gate: Gate, directory: string, caller: Caller): Promise<Gate> {
  if (!gate.selfCheck) return gate;
  const runs = (await readComparison(directory))?.runs ?? [];
  const tookMs = runs.reduce((sum, run) => sum + run.tookMs, 0);
  const roundMs = runs.length === 0 ? gate.selfCheck.roundMs : (tookMs / runs.length) * 2;
  const whole: Gate = { ...gate, selfCheck: { ...gate.selfCheck, roundMs } };
  const check = readingOf(whole, { ...gate.selfCheck, roundMs });
  await keepGate(directory, whole);
  await writeText(join(directory, selfCheckFile), `${JSON.stringify(check, undefined, 2)}\n`);
  if (check.outcome === 'unfinished') return whole;
  try {
    const path = await storeSelfCheck(caller.env, check);
    caller.log.info(`kept for gates of this scenario on this machine in ${path}`);
  } catch (error) {
    caller.log.warn(`gates cannot find this self-check: ${messageOf(error)}`);
  }
  return whole;
}

/**
 * Says what the newest self-check of a scenario on this machine means for its gates; one that did not pass refuses them (exit 5)
 * unless their exit code says nothing anyway.
 */
export async function requireSelfCheck(
  { scenario, planned, file, isAdvisory }: CheckedGate,
  { env, log, cwd }: Caller,
): Promise<void> {
  const subject = { scenario, machine: machineFacts() };
  const path = selfCheckPath(env, subject);
  const check = await readSelfCheck(env, subject);
  const again = `rampart gate ${relative(cwd, resolve(cwd, file)) || file} --self-check`;
  if (check === 'damaged') log.warn(`${path}: cannot be read, so no self-check is known; ${again} makes a new one`);
  else if (!check) log.info(`no self-check of this scenario on this machine is known; ${again} says what it can show`);
  else if (check.outcome !== 'passed') {
    const told = `the self-check of ${check.checkedAt.slice(0, 10)} ${failures[check.outcome]}: ${check.message}`;
    if (!isAdvisory) throw refused(told, again, path);
    log.warn(`${told}; what this gate says is worth no more`);
  } else if ((check.roundsNeeded ?? Number.POSITIVE_INFINITY) > planned) {
    const rounds = check.roundsNeeded === undefined ? 'more rounds than make sense' : `${check.roundsNeeded} rounds`;
    log.warn(
      `by the self-check of ${check.checkedAt.slice(0, 10)} it takes ${rounds} here to show a slowdown of ${formatNumber(check.detectPercent)} % in every step; longer steps need fewer`,
    );
  } else log.info(`the self-check of ${check.checkedAt.slice(0, 10)} passed, with ${check.usedRounds} rounds`);
}

/** The gate that is about to run: `planned` are its most rounds. */
interface CheckedGate {
  readonly scenario: SelfCheck['scenario'];
  readonly planned: number;
  readonly file: string;
  readonly isAdvisory: boolean;
}

const failures: Readonly<Record<Exclude<SelfCheck['outcome'], 'passed'>, string>> = {
  failed: 'showed a difference where there is none',
  invalid: 'was invalid',
  noisy: 'was too disturbed to say anything',
  unfinished: 'was cut short',
};

function refused(told: string, again: string, path: string): RampartError {
  return new RampartError({
    code: 'self-check-failed',
    message: `this machine cannot gate this scenario: ${told}`,
    hint: `${again} on a machine that does nothing else measures anew (longer steps help); --advisory goes on without an exit code; ${path} is what was kept.`,
    exitCode: exitCodes.cannotTell,
  });
}
