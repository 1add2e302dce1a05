/** Rounds with profiles after an experiment is judged: interleaved like the others, in a folder of their own, and nothing rests on them. */
import { dirname, join } from 'node:path';
import { codeChanges, codeDifference, firstDifference } from '../analysis/code/code-changes.ts';
import { type ProfiledRun, profiledRun } from '../analysis/code/profiled-run.ts';
import { type WorkType, workTypes } from '../analysis/code/service-work.ts';
import type { ProfiledRound } from '../analysis/code/stack-costs.ts';
import { armOrder } from '../analysis/rounds/arm-order.ts';
import { readComparison } from '../archive/comparison-directory.ts';
import { writeProfile } from '../archive/profile-file.ts';
import { readRawRun } from '../archive/run-directory.ts';
import { readText } from '../host/files.ts';
import type { CodeChanges } from '../model/code-changes.ts';
import type { ArmRun, Comparison } from '../model/comparison.ts';
import { messageOf } from '../model/errors.ts';
import type { Caller } from '../model/host.ts';
import { runFiles } from '../model/raw-run.ts';
import { type RunResult, runResultSchema } from '../model/run-result.ts';
import type { Scenario } from '../model/scenario.ts';
import { readScenario } from '../runs/read-scenario.ts';
import type { Arm } from './arm.ts';
import { openComparison } from './open.ts';
import { compareRounds, type RoundsKeeper, withRoundsKeeper } from './rounds.ts';

/** Rounds with profiles: fewer say little, and more cost more than they tell. */
export const profileRoundCount = 4;

/** Where they are, below the directory of what was judged. */
const profileRoundsFolder = 'profile-rounds';

/** The difference of what is named first, for go tool pprof. */
const diffFile = 'diff.pb.gz';

/** Invalid runs are repeated, but all of it takes no more than so many times what it should. */
const mostTimes = 2;

/** What was judged, and what its runs took. */
export interface ProfileRoundsWork {
  readonly id: string;
  readonly directory: string;
  readonly base: Scenario;
  readonly arms: readonly Arm[];
  readonly runMs: number;
}

/** What a scenario observes in them beside what it observes anyway; nothing that stops the world or is of no function. */
const observed = { cpu: '60s', heap: true, mutex: true, block: true, gc: true, goroutineleak: false, dump: false };

/**
 * Makes the rounds that are still to be made, and gives by arm what its code does that the first arm's does not. Never rejects: what is
 * wrong with them, or that the user interrupted, is told in what it gives.
 */
export async function profileRounds(
  work: ProfileRoundsWork,
  caller: Caller,
): Promise<ReadonlyMap<string, CodeChanges>> {
  const place = join(work.directory, profileRoundsFolder);
  const trouble = await makeRounds(work, place, caller).catch((error: unknown) => messageOf(error));
  const state = caller.signal.aborted ? 'interrupted' : trouble === undefined ? 'complete' : 'cut-short';
  return await changesIn(work, place, (what) => stateOf(what, state, trouble)).catch((error: unknown) => {
    const nothing = codeChanges([], profileRoundCount);
    const why = `they cannot be read, or their differences not be written: ${messageOf(error)}`;
    return new Map(work.arms.slice(1).map(({ name }) => [name, { ...nothing, ...stateOf(nothing, 'cut-short', why) }]));
  });
}

/** What the rounds that were made say, by arm; their differences are written. */
async function changesIn(
  { directory, arms: [first, ...others] }: ProfileRoundsWork,
  place: string,
  endOf: (what: Pick<CodeChanges, 'rounds' | 'functions'>) => Pick<CodeChanges, 'state' | 'message'>,
): Promise<ReadonlyMap<string, CodeChanges>> {
  const kept = await readComparison(place).catch(() => undefined);
  const changes = new Map<string, CodeChanges>();
  if (!first) return changes;
  const runs = await readRuns(place, kept?.runs ?? []);
  for (const { name } of others) {
    const rounds = pairsOf(runs, first.name, name);
    const told = codeChanges(rounds, profileRoundCount);
    const diff = await writeDifferences(directory, name, told, rounds, others.length > 1);
    const what = { ...told, ...(diff === undefined ? {} : { diff }) };
    changes.set(name, { ...what, ...endOf(what) });
  }
  return changes;
}

/** Undefined, or why not all rounds could be made. */
async function makeRounds(
  { id, base, arms, runMs }: ProfileRoundsWork,
  place: string,
  caller: Caller,
): Promise<string | undefined> {
  const profiled = await Promise.all(arms.map((arm) => withProfiles(arm, caller)));
  const expectedMs = profileRoundCount * arms.length * runMs;
  const plan = { rounds: profileRoundCount, budgetMs: mostTimes * expectedMs, runMs };
  const start = {
    id: `${id}-profiles`,
    directory: place,
    base,
    arms: profiled,
    plan,
    called: 'set of profile rounds',
  } as const;
  const opened = await openComparison(start, caller);
  return await withRoundsKeeper(place, caller, async (plain) => {
    const keeper = forCosts(plain);
    const orderOf = alternating(opened);
    const rounds = async (comparison: Comparison, plannedRounds: number) =>
      await compareRounds(
        { comparison: { ...comparison, plannedRounds }, arms: profiled, plan, orderOf },
        keeper,
        caller,
      );
    // What has no profile in its first round has none in the others.
    const once = await rounds(opened, 1);
    const seen = await readRuns(place, once.runs);
    if (once.runs.some(({ invalid }) => invalid.length === 0) && [...seen.values()].every(({ run }) => hasNothing(run)))
      return nothingText([...seen.values()].map(({ run }) => run));
    const all = await rounds(once, profileRoundCount);
    const good = all.runs.filter(({ invalid }) => invalid.length === 0).length;
    return good < profileRoundCount * arms.length ? 'the other runs were invalid, or took too long' : undefined;
  });
}

/** What a request costs is the same however late its generator was to ask. */
function forCosts(keeper: RoundsKeeper): RoundsKeeper {
  return {
    ...keeper,
    run: async (slot, arm, nodes) => {
      const run = await keeper.run(slot, arm, nodes);
      return { ...run, invalid: run.invalid.filter(({ code }) => !/^generator-|^littles-law$/.test(code)) };
    },
  };
}

function hasNothing({ works }: ProfiledRun): boolean {
  return works.every(({ profiles }) => profiles.length === 0);
}

function nothingText(runs: readonly ProfiledRun[]): string {
  const [reason] = runs.flatMap(({ missing }) => missing);
  const why = reason ? `: ${reason.service}: ${reason.message}` : '';
  return `nothing could be profiled${why} (the label rampart.pprof.port names the port of net/http/pprof)`;
}

/** Each order is followed by its reverse, so that whatever runs second does so as often in each arm. */
function alternating({ scenario, variants }: Comparison): (round: number) => readonly string[] {
  const names = variants.map(({ name }) => name);
  return (round) => {
    const order = armOrder(names, Math.floor((round - 1) / 2), scenario.seed);
    return round % 2 === 1 ? order : order.reverse();
  };
}

async function withProfiles(arm: Arm, caller: Caller): Promise<Arm> {
  const file = { file: arm.name, folder: dirname(caller.cwd), ...arm.read.again };
  const set = (path: string[], value: unknown) => ({ flag: '--profiles', path, value });
  // Arrivals at even intervals keep step with the clock of the CPU profiler, which then sees the same moment of each request.
  const overrides = [
    set(['observe', 'profiles'], observed),
    set(['load', 'arrivals'], 'poisson'),
    set(['observe', 'goroutines'], '500ms'),
  ];
  return { ...arm, read: await readScenario(file, overrides, caller) };
}

interface ReadRun {
  readonly of: ArmRun;
  readonly run: ProfiledRun;
}

async function readRuns(place: string, runs: readonly ArmRun[]): Promise<ReadonlyMap<string, ReadRun>> {
  const read = new Map<string, ReadRun>();
  for (const of of runs) {
    if (of.invalid.length > 0) continue;
    const path = join(place, of.directory);
    const result: RunResult = runResultSchema.parse(JSON.parse(await readText(join(path, runFiles.result))));
    read.set(`${of.variant}\n${of.round}`, { of, run: profiledRun(await readRawRun(path), result) });
  }
  return read;
}

function pairsOf(runs: ReadonlyMap<string, ReadRun>, first: string, other: string): ProfiledRound[] {
  return [...runs.values()].flatMap(({ of: { variant, round: number }, run: before }) => {
    const after = variant === first ? runs.get(`${other}\n${number}`)?.run : undefined;
    return after ? [{ number, before, after }] : [];
  });
}

/** Writes the difference that is looked at first beside the report, and all of them beside the rounds; gives the name of the first. */
async function writeDifferences(
  directory: string,
  arm: string,
  told: Pick<CodeChanges, 'functions' | 'totals'>,
  rounds: readonly ProfiledRound[],
  isOneOfSeveral: boolean,
): Promise<string | undefined> {
  const safe = (text: string) => text.replace(/[^\w.,=-]/g, '-').slice(0, 80);
  const own = isOneOfSeveral ? `diff-${safe(arm)}.pb.gz` : diffFile;
  const wanted = firstDifference(told);
  const services = new Set(rounds.flatMap(({ after }) => after.works.map(({ service }) => service)));
  let written: string | undefined;
  for (const service of services)
    for (const type of workTypes) {
      const isFirst = isWanted(wanted, service, type);
      const profile = codeDifference(rounds, service, { type, column: isFirst ? wanted?.column : undefined });
      if (!profile) continue;
      const of = isOneOfSeveral ? `${safe(arm)}-${safe(service)}` : safe(service);
      await writeProfile(join(directory, profileRoundsFolder, `diff-${of}-${type}.pb.gz`), profile);
      if (!isFirst) continue;
      await writeProfile(join(directory, own), profile);
      written = own;
    }
  return written;
}

function isWanted(wanted: ReturnType<typeof firstDifference>, service: string, type: WorkType): boolean {
  return wanted?.service === service && wanted.type === type;
}

function stateOf(
  { rounds, functions }: Pick<CodeChanges, 'rounds' | 'functions'>,
  state: 'complete' | 'interrupted' | 'cut-short',
  trouble: string | undefined,
): Pick<CodeChanges, 'state' | 'message'> {
  const made = `${rounds.length} of ${profileRoundCount} profile rounds`;
  const few = rounds.length < 2 ? ', and functions take two to be told apart' : '';
  if (state === 'interrupted')
    return { state, message: `profile rounds were interrupted after ${rounds.length} of ${profileRoundCount}${few}` };
  if (trouble?.startsWith('nothing could be profiled')) return { state: 'impossible', message: trouble };
  if (state === 'cut-short') return { state, message: `${made} can be used: ${trouble}${few}` };
  const named = functions.length === 1 ? '1 function' : `${functions.length} functions`;
  return { state, message: functions.length > 0 ? `${named} named` : 'no function is shown to have changed' };
}
