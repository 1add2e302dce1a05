/** `rampart profiles list`, and `rampart profiles DIR`: which profiles a run holds, and a merged one whose samples say their step, rate, target and settings. */
import { relative, resolve } from 'node:path';
import { type ProfileWork, profileWorks } from '../../analysis/run/profile-work.ts';
import { encodeProfile } from '../../goruntime/profile/encode.ts';
import { addLabels } from '../../goruntime/profile/labels.ts';
import { mergeProfiles } from '../../goruntime/profile/merge.ts';
import { writeGzipped } from '../../host/files.ts';
import { exitCodes, usageError } from '../../model/errors.ts';
import { stepNamesOf } from '../../model/raw-run.ts';
import type { ProfileSample } from '../../model/sample.ts';
import { type ProfiledRun, readProfiledRun, runLabels, serviceOf } from '../../profiles/runs/profiled-run.ts';
import { counted } from '../../report/words/number-format.ts';
import { profilesTable } from '../../report/words/profiles-table.ts';
import type { Command, CommandArgs, CommandContext } from '../command.ts';
import { jsonFlag, jsonText, outputFormat } from '../output-format.ts';

export const listCommand: Command = {
  name: 'list',
  positionals: '<runs..>',
  summary: 'Which profiles runs hold, and why others are missing',
  examples: [
    ['rampart profiles runs/20260131-142501-ramp-3fa9', 'what was taken in each step, and what was not'],
    [
      'rampart profiles runs/20260131-142501-ramp-3fa9 --merge cpu.pb.gz',
      'then: go tool pprof -http=: -tagroot=step cpu.pb.gz',
    ],
    ['rampart profiles runs/20260131-142501-ramp-3fa9 --merge heap.pb.gz --type heap --target downstream-1', ''],
  ],
  options: {
    runs: { describe: 'Directories of runs', type: 'string', array: true, positional: true },
    merge: { describe: 'Writes one merged profile to this file', type: 'string' },
    type: {
      describe: 'Which kind to merge',
      type: 'string',
      choices: ['cpu', 'heap', 'mutex', 'block'],
      default: 'cpu',
    },
    target: { describe: 'Only of this target or service; may be repeated', type: 'string', array: true },
    step: { describe: 'Only of this step; may be repeated', type: 'string', array: true },
    ...jsonFlag,
  },
  run: async (args, context) => {
    const runs = await readRuns(args.strings('runs'), context);
    const file = args.string('merge');
    if (file !== undefined) await merge(runs, resolve(context.cwd, file), args, context);
    else if (outputFormat(args) === 'json') context.print(jsonText(listOf(runs)));
    else context.print(tablesOf(runs));
    return exitCodes.ok;
  },
};

async function readRuns(names: readonly string[], { cwd }: CommandContext): Promise<readonly ProfiledRun[]> {
  const runs: ProfiledRun[] = [];
  for (const name of names) runs.push(await readProfiledRun(resolve(cwd, name)));
  return runs;
}

/** A run is only named where there are several. */
function listOf(runs: readonly ProfiledRun[]) {
  return runs.flatMap(({ run, result }) =>
    result.steps.flatMap(({ name, profiles = [] }) =>
      profiles.map((profile) => ({ ...(runs.length > 1 ? { run: run.manifest.id } : {}), step: name, ...profile })),
    ),
  );
}

function tablesOf(runs: readonly ProfiledRun[]): string {
  const tables = runs.map(
    ({ run, result }) => `${runs.length > 1 ? `${run.manifest.id}\n` : ''}${profilesTable(result.steps)}`,
  );
  return tables.join('\n');
}

async function merge(
  runs: readonly ProfiledRun[],
  file: string,
  args: CommandArgs,
  context: CommandContext,
): Promise<void> {
  const type = args.string('type');
  const targets = runs.flatMap(({ result }) => result.environment.targets);
  checkNames(
    '--target',
    args.strings('target'),
    targets.flatMap(({ id, service }) => [id, service]),
  );
  checkNames(
    '--step',
    args.strings('step'),
    runs.flatMap(({ run }) => stepNamesOf(run.manifest.scenario)),
  );
  const found = runs.flatMap((of) => chosenWorks(of, args).map((work) => ({ of, work })));
  const labelled = found.flatMap(({ of, work }) =>
    work.profile ? [addLabels(work.profile, sampleLabels(of, work, runs.length > 1))] : [],
  );
  if (labelled.length === 0) {
    const reasons = [...new Set(found.map(({ work: { message, outcome } }) => message ?? outcome))];
    throw usageError(
      'nothing-to-merge',
      `there is no ${type} profile to merge${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`,
      `rampart profiles ${args.strings('runs').join(' ')} lists what there is.`,
    );
  }
  await writeGzipped(file, encodeProfile(mergeProfiles(labelled)));
  context.tell(
    `${counted(labelled.length, 'profile')} merged: go tool pprof -http=: -tagroot=step ${relative(context.cwd, file)}\n`,
  );
}

function chosenWorks({ run, result }: ProfiledRun, args: CommandArgs): readonly ProfileWork[] {
  const samples = run.samples.filter((sample): sample is ProfileSample => sample.kind === 'profile');
  const serviceOf = new Map(result.environment.targets.map(({ id, service }) => [id, service]));
  const stepNames = stepNamesOf(run.manifest.scenario);
  const isWanted = (name: string, ...names: (string | undefined)[]) =>
    args.strings(name).length === 0 || names.some((each) => each !== undefined && args.strings(name).includes(each));
  return profileWorks(samples).filter(
    (work) =>
      work.type === args.string('type') &&
      isWanted('target', work.target, serviceOf.get(work.target)) &&
      isWanted('step', stepNames[work.step]),
  );
}

/** pprof shows values without their keys, so each reads well alone. */
function sampleLabels(run: ProfiledRun, work: ProfileWork, withRun: boolean): Record<string, string> {
  const alone = new Set(['target', 'step', 'run']);
  const labels = Object.entries(runLabels(run, work)).filter(([key]) => withRun || key !== 'run');
  const texts = labels.map(([key, value]) => [key, alone.has(key) ? value : `${key}=${value}`]);
  return { ...Object.fromEntries(texts), service: serviceOf(run, work.target) };
}

function checkNames(flag: string, given: readonly string[], known: readonly string[]): void {
  const stranger = given.find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw usageError('unknown-name', `${flag} must be one of ${[...new Set(known)].join(', ')}, got "${stranger}"`);
}
