/** What observation costs the observed: `npm run bench:overhead`, from the repository's root. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { armOrder } from '../../../src/analysis/rounds/arm-order.ts';
import { exitCodes } from '../../../src/model/errors.ts';
import { type Arm, arms as allArms, allSamplers, type Drive, type Loop } from './arms.ts';
import type { Run } from './changes.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { runArm } from './run-arm.ts';
import { answersOf, markdownTable, medianOf } from './table.ts';

/** Runs that the capacity is the median of. */
const capacityRuns = 3;
/** Fewer rounds have no 95 % interval. */
const leastRounds = 6;
/** An invalid run is repeated once. */
const attempts = 2;

const legend = `off: medians. Others: change against off and off again of the same round, Hodges-Lehmann over the rounds, with a 95 % interval.
off again: off once more against off, the noise. Bold: the interval leaves out zero, and the change is larger than the interval of off again goes either way.
left out: runs that were invalid twice. Targets and generator share the cores, so throughput pays for rampart's own CPU as well.`;

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = exitCodes.usage;
}

async function main(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv);
  if (!options) return console.log(usage);
  if (process.platform !== 'linux')
    throw new Error(`bench:overhead reads /proc and runs on Linux, not ${process.platform}`);
  const directory = mkdtempSync(join(tmpdir(), 'rampart-overhead-'));
  try {
    await measure(options, directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function measure(options: Options, directory: string): Promise<void> {
  const startedAt = new Date();
  const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), kernel: release(), node: process.version };
  const rps = options.loops.includes('open') ? await openRps(options, directory) : 0;
  const runs: Run[] = [];
  for (let round = 0; round < options.rounds; round++) {
    if (Date.now() - startedAt.getTime() > options.minutes * 60_000) break;
    for (const turn of turnsOf(options, round, rps)) {
      const run = await runTurn(turn, round, directory);
      runs.push(run);
      console.error(`round ${round + 1}/${options.rounds}  ${turn.drive.loop}  ${turn.arm.name}  ${lineOf(run)}`);
    }
    if (round === 0) warnIfShort(options, Date.now() - startedAt.getTime());
    mkdirSync(dirname(options.json), { recursive: true });
    writeFileSync(options.json, `${JSON.stringify({ startedAt, machine, options, rps, runs }, undefined, 1)}\n`);
  }
  const names = options.arms.map(({ name }) => name);
  console.log(`${markdownTable(runs, names, options.loops)}\n\n${legend}`);
  const rounds = new Set(runs.map(({ round }) => round)).size;
  console.log(
    `${machine.cores} cores of ${machine.cpu}, Linux ${machine.kernel}, Node ${machine.node}, process engine,`,
  );
  console.log(
    `${rounds} rounds of ${options.seconds} s, ${rps > 0 ? `open loop at ${rps}/s, ` : ''}${companyText(runs)}. Every run: ${options.json}`,
  );
  if (names.includes(allSamplers)) tellAnswers(runs, options.loops, machine.cores);
}

/** Says early that the time will not do: below so many rounds an interval is infinite. */
function warnIfShort({ rounds, minutes }: Options, roundMs: number): void {
  const fit = Math.min(rounds, Math.floor((minutes * 60_000) / roundMs) + 1);
  if (fit >= leastRounds) return;
  console.error(
    `about ${fit} rounds fit, and an interval needs ${leastRounds}: take fewer with --arms or --loops, or more --minutes`,
  );
}

/** The rate of the open loop: a share of what the closed loop reaches when nothing is observed. */
async function openRps({ seconds, sharePercent }: Options, directory: string): Promise<number> {
  const found: number[] = [];
  for (let n = 0; n < capacityRuns; n++) {
    const drive: Drive = { loop: 'closed', seconds, rps: 0 };
    const measured = await runArm(armWithout(), drive, directory);
    if ('failure' in measured) console.error(`capacity: ${measured.failure}`);
    else found.push(measured.figures.rps);
  }
  const capacity = medianOf(found);
  if (capacity === undefined)
    throw new Error('no run without observation succeeded, so there is nothing to compare with');
  const rps = Math.round((capacity * sharePercent) / 1000) * 10;
  console.error(`open loop at ${rps}/s, ${sharePercent} % of ${capacity.toFixed(0)}/s`);
  return rps;
}

function armWithout(): Arm {
  const [first] = allArms;
  if (!first) throw new Error('there is no arm without observation');
  return first;
}

interface Turn {
  readonly arm: Arm;
  readonly drive: Drive;
}

/** All arms in one loop, then all in the next, each in an order of its own. */
function turnsOf({ arms, loops, seconds, seed }: Options, round: number, rps: number): Turn[] {
  return loops.flatMap((loop, index) =>
    armOrder(arms, loops.length * round + index, seed).map((arm) => ({ arm, drive: { loop, seconds, rps } })),
  );
}

async function runTurn({ arm, drive }: Turn, round: number, directory: string): Promise<Run> {
  const failures: string[] = [];
  const place = { round, loop: drive.loop, arm: arm.name };
  while (failures.length < attempts) {
    const measured = await runArm(arm, drive, directory);
    if ('figures' in measured) return { ...place, figures: measured.figures, failures };
    failures.push(measured.failure);
  }
  return { ...place, failures };
}

function lineOf({ figures, failures }: Run): string {
  if (!figures) return `left out: ${failures.at(-1)}`;
  const { rps, p99Us, targetCpuMsPerS, rampartCpuMsPerS, othersCores } = figures;
  const again = failures.length > 0 ? ', after an invalid run' : '';
  const cpu = [targetCpuMsPerS / 1000, rampartCpuMsPerS / 1000, othersCores]
    .map((cores) => cores.toFixed(2))
    .join(' + ');
  return `${rps.toFixed(0)}/s, p99 ${(p99Us / 1000).toFixed(1)} ms, cores of targets, rampart and others ${cpu}${again}`;
}

/** Who else was there, which is where the noise comes from. */
function companyText(runs: readonly Run[]): string {
  const others = runs.flatMap(({ figures }) => figures?.othersCores ?? []);
  const repeated = runs.filter(({ figures, failures }) => figures && failures.length > 0).length;
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  const loads = [one, five, fifteen].map((load) => load.toFixed(1)).join(', ');
  return `others used ${(medianOf(others) ?? 0).toFixed(2)} cores in the median run, load average at the end ${loads}; ${repeated} runs were repeated`;
}

function tellAnswers(runs: readonly Run[], loops: readonly Loop[], cores: number): void {
  const answers = answersOf(runs, loops, cores);
  for (const { question, answer } of answers) console.log(`${question}: ${answer}`);
  if (answers.some(({ answer }) => answer === 'cannot tell')) process.exitCode = exitCodes.cannotTell;
  if (answers.some(({ answer }) => answer === 'no')) process.exitCode = exitCodes.failed;
}
