/** `rampart profiles`: which profiles a run holds, and a merged one whose samples say their step, rate, target and settings. */
import { relative, resolve } from 'node:path';
import { buildResult } from '../analysis/build-result.ts';
import { type ProfileWork, profileWorks } from '../analysis/run/profile-work.ts';
import { readRawRun } from '../archive/run-directory.ts';
import { encodeProfile } from '../goruntime/profile/encode.ts';
import { addLabels } from '../goruntime/profile/labels.ts';
import { mergeProfiles } from '../goruntime/profile/merge.ts';
import { writeGzipped } from '../host/files.ts';
import { exitCodes, usageError } from '../model/errors.ts';
import { type RawRun, stepNamesOf } from '../model/raw-run.ts';
import type { RunResult } from '../model/run-result.ts';
import type { ProfileSample } from '../model/sample.ts';
import { counted } from '../report/words/number-format.ts';
import { profilesTable } from '../report/words/profiles-table.ts';
import type { Command, CommandArgs, CommandContext } from './command.ts';
import { jsonFlag, jsonText, outputFormat } from './output-format.ts';

export const profilesCommand: Command = {
  name: 'profiles',
  positionals: '<directory>',
  summary: 'Which profiles a run holds; with --merge one file of them for go tool pprof',
  examples: [
    ['rampart profiles runs/20260131-142501-ramp-3fa9', 'what was taken in each step, and what was not'],
    [
      'rampart profiles runs/20260131-142501-ramp-3fa9 --merge cpu.pb.gz',
      'then: go tool pprof -http=: -tagroot=step cpu.pb.gz',
    ],
    ['rampart profiles runs/20260131-142501-ramp-3fa9 --merge heap.pb.gz --type heap --target downstream-1', ''],
  ],
  options: {
    directory: { describe: 'Run directory', type: 'string', positional: true },
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
    const directory = resolve(context.cwd, args.string('directory') ?? '');
    const run = await readRawRun(directory);
    const result = buildResult(run);
    const list = result.steps.flatMap(({ name, profiles = [] }) =>
      profiles.map((profile) => ({ step: name, ...profile })),
    );
    if (list.length === 0) {
      throw usageError(
        'no-profiles',
        `${directory}: holds no profiles: observe.profiles was not in its scenario`,
        'Take them with `observe: { profiles: true }` in the scenario, or --set observe.profiles=true.',
      );
    }
    const file = args.string('merge');
    if (file === undefined) context.print(outputFormat(args) === 'json' ? jsonText(list) : profilesTable(result.steps));
    else await merge(run, result, resolve(context.cwd, file), args, context);
    return exitCodes.ok;
  },
};

async function merge(
  run: RawRun,
  result: RunResult,
  file: string,
  args: CommandArgs,
  context: CommandContext,
): Promise<void> {
  const type = args.string('type');
  const samples = run.samples.filter((sample): sample is ProfileSample => sample.kind === 'profile');
  const serviceOf = new Map(result.environment.targets.map(({ id, service }) => [id, service]));
  const stepNames = stepNamesOf(run.manifest.scenario);
  checkNames('--target', args.strings('target'), [...serviceOf.keys(), ...serviceOf.values()]);
  checkNames('--step', args.strings('step'), stepNames);
  const isWanted = (name: string, ...names: (string | undefined)[]) =>
    args.strings(name).length === 0 || names.some((each) => each !== undefined && args.strings(name).includes(each));
  const chosen = profileWorks(samples).filter(
    (work) =>
      work.type === type &&
      isWanted('target', work.target, serviceOf.get(work.target)) &&
      isWanted('step', stepNames[work.step]),
  );
  const labelled = chosen.flatMap((work) =>
    work.profile ? [addLabels(work.profile, labelsOf(work, run, result))] : [],
  );
  if (labelled.length === 0) {
    const reasons = [...new Set(chosen.map(({ outcome, message }) => message ?? outcome))];
    throw usageError(
      'nothing-to-merge',
      `there is no ${type} profile to merge${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`,
      `rampart profiles ${relative(context.cwd, resolve(context.cwd, args.string('directory') ?? '')) || '.'} lists what there is.`,
    );
  }
  await writeGzipped(file, encodeProfile(mergeProfiles(labelled)));
  context.tell(
    `${counted(labelled.length, 'profile')} merged: go tool pprof -http=: -tagroot=step ${relative(context.cwd, file)}\n`,
  );
}

/** pprof shows values without their keys, so each reads well alone. */
function labelsOf({ target, step }: ProfileWork, { manifest }: RawRun, result: RunResult): Record<string, string> {
  const name = stepNamesOf(manifest.scenario)[step] ?? String(step);
  const service = result.environment.targets.find(({ id }) => id === target)?.service ?? target;
  const rps = result.steps.find((each) => each.name === name)?.load.plannedRps;
  const { topology } = manifest.scenario;
  const settings = 'env' in topology ? (topology.env[service] ?? {}) : {};
  const varied = Object.entries(settings).flatMap(([key, value]) => (value === '' ? [] : [[key, `${key}=${value}`]]));
  return {
    ...Object.fromEntries(varied),
    step: name,
    target,
    service,
    ...(rps === undefined ? {} : { rps: `rps=${Math.round(rps)}` }),
  };
}

function checkNames(flag: string, given: readonly string[], known: readonly string[]): void {
  const stranger = given.find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw usageError('unknown-name', `${flag} must be one of ${[...new Set(known)].join(', ')}, got "${stranger}"`);
}
