/** What the subcommands of `rampart profiles` read: directories of runs, profile files and a store, all in the same way. */
import { resolve } from 'node:path';
import { type RunAccounts, runAccounts } from '../../analysis/profiles/run-accounts.ts';
import { runNotes } from '../../analysis/profiles/run-notes.ts';
import { labelOf } from '../../analysis/profiles/slices.ts';
import { readability } from '../../host/input-bytes.ts';
import { usageError } from '../../model/errors.ts';
import { type KnownProfile, type ProfileSource, type StoredType, storedTypes } from '../../model/profile-store.ts';
import { stepNamesOf } from '../../model/raw-run.ts';
import type { Tags } from '../../model/tags.ts';
import { parseDurationMs } from '../../model/units.ts';
import { type NamedFile, readFiles } from '../../profiles/files/profile-files.ts';
import { readWork, type Work, type WorkQuery, type WorkSource } from '../../profiles/reading/read-work.ts';
import type { ProfiledRun } from '../../profiles/runs/profiled-run.ts';
import type { CommandArgs, CommandContext, Flag } from '../command.ts';

/** Flags that choose profiles. */
export const selectionFlags: Readonly<Record<string, Flag>> = {
  inputs: {
    describe: 'Directories of runs, and files of profiles; without any and without --store the store of this user',
    type: 'string',
    array: true,
    positional: true,
  },
  store: { describe: 'Also the profiles in this store', type: 'string' },
  type: {
    describe: 'Which kind of profile (default: cpu; of files all that are named)',
    type: 'string',
    choices: storedTypes.filter((type) => type !== 'trace'),
  },
  service: { describe: 'Only of this service; may be repeated', type: 'string', array: true },
  target: { describe: 'Only of this target or service of a run; may be repeated', type: 'string', array: true },
  step: { describe: 'Only of this step; may be repeated', type: 'string', array: true },
  label: { describe: 'Only with this label, KEY=VALUE; of several all must hold', type: 'string', array: true },
  from: { describe: 'Only from this time on: 2026-01-31T14:25:00Z, or how long ago, such as 2h', type: 'string' },
  to: { describe: 'Only up to this time', type: 'string' },
};

/** Where profiles are read from, opened. */
interface Inputs extends WorkSource {
  readonly runs: readonly ProfiledRun[];
  /** Where the store is that is among them, for messages. */
  readonly place: string | undefined;
}

/** Opens everything that is named for as long as `use` takes; throws a usage error that names all that cannot be read. */
async function withInputs<Made>(
  args: CommandArgs,
  context: CommandContext,
  use: (inputs: Inputs) => Promise<Made>,
  names = args.strings('inputs'),
): Promise<Made> {
  const inputs = await openInputs(args, context, names);
  try {
    return await use(inputs);
  } finally {
    for (const source of inputs.sources) await source.close();
  }
}

/** What reads runs and stores is loaded where there are some: files are to be read at once. */
async function openInputs(args: CommandArgs, context: CommandContext, names: readonly string[]): Promise<Inputs> {
  const [directories, files] = await sortInputs(names, context.cwd);
  const runs: ProfiledRun[] = [];
  const sources: ProfileSource[] = [];
  if (directories.length > 0) {
    const { readProfiledRun } = await import('../../profiles/runs/profiled-run.ts');
    const { createRunSource } = await import('../../profiles/runs/run-source.ts');
    for (const directory of directories) runs.push(await readProfiledRun(directory));
    sources.push(await createRunSource(runs));
  }
  const store = args.string('store');
  let place: string | undefined;
  if (store !== undefined || names.length === 0) {
    const { openStore, storePlace } = await import('../../profiles/store/open-store.ts');
    place = storePlace(store, context);
    sources.push(await openStore(store, context));
  }
  const accounts = new Map<string, RunAccounts>(runs.map(({ run }) => [run.manifest.id, runAccounts(run)]));
  return { files, sources, accounts, runs, place, signal: context.signal };
}

async function sortInputs(names: readonly string[], cwd: string): Promise<readonly [string[], NamedFile[]]> {
  const directories: string[] = [];
  const files: NamedFile[] = [];
  const bad: string[] = [];
  for (const name of names) {
    const path = resolve(cwd, name);
    const state = await readability(path);
    if (state === 'directory') directories.push(path);
    else if (state === 'readable') files.push({ name, path });
    else bad.push(`${name}: ${state === 'missing' ? 'is not there' : 'cannot be read: permission denied'}`);
  }
  if (bad.length > 0) {
    throw usageError(
      'unreadable-input',
      bad.join('\n'),
      'Name directories of runs, or files of pprof profiles (.pb.gz).',
    );
  }
  return [directories, files];
}

/** One side of a selection: labels that all must hold beside the flags; `service`, `type`, `target`, `step` and `run` are labels here, too. */
type Chosen = readonly (readonly [key: string, value: string])[];

/** Reads `KEY=VALUE` words; throws a usage error for one that is not of that form. */
export function readLabelFlags(flag: string, words: readonly string[]): Chosen {
  return words.map((word) => {
    const at = word.indexOf('=');
    if (at > 0) return [word.slice(0, at), word.slice(at + 1)] as const;
    throw usageError(
      'flag-invalid',
      `--${flag} must be KEY=VALUE, got ${JSON.stringify(word)}`,
      `Example: --${flag} step=high`,
    );
  });
}

/** What was chosen, read; throws a usage error when that is nothing. */
export interface Selection {
  readonly work: Work;
  readonly type: StoredType | undefined;
  /** By the id of a run. */
  readonly tags: ReadonlyMap<string, Tags>;
}

/** Beside the flags: one side of a comparison, what samples are labelled with, and which inputs where not all are meant. */
interface SelectionOptions {
  readonly chosen?: Chosen;
  readonly labelsOf?: WorkQuery['labelsOf'];
  readonly names?: readonly string[];
}

/** Opens the inputs and reads what the flags and options select of them. */
export async function readSelection(
  args: CommandArgs,
  context: CommandContext,
  options: SelectionOptions = {},
): Promise<Selection> {
  return await withInputs(args, context, (inputs) => selectFrom(inputs, args, context, options), options.names);
}

async function selectFrom(
  inputs: Inputs,
  args: CommandArgs,
  context: CommandContext,
  options: SelectionOptions,
): Promise<Selection> {
  const { chosen = [], labelsOf } = options;
  const type = typeFrom(args, chosen) ?? (isOfFiles(inputs) ? undefined : 'cpu');
  const labels = [...readLabelFlags('label', args.strings('label')), ...chosen];
  const nowNs = BigInt(Math.round(context.time.wallMs())) * 1_000_000n;
  const window = { fromNs: timeFrom('from', args, nowNs), toNs: timeFrom('to', args, nowNs) };
  if (args.string('store') === undefined && inputs.runs.length > 0) checkNames(inputs.runs, args);
  const isWarmUp = warmUps(inputs, args);
  const isWanted = (profile: KnownProfile) =>
    !isWarmUp(profile) &&
    isNamed(args.strings('service'), profile.service) &&
    isNamed(args.strings('target'), labelOf(profile, 'target'), profile.service) &&
    isNamed(args.strings('step'), labelOf(profile, 'step')) &&
    labels.every(([key, value]) => hasLabel(profile, key, value));
  const work = await readWork(inputs, { type, ...window, isWanted, labelsOf });
  if (work.groups.length === 0) throw await nothingChosen(inputs, args, type, labels);
  const notes = inputs.runs.flatMap(({ run, result }) => runNotes(run, result, type, args.strings('step')));
  const tags = new Map(inputs.runs.map(({ result }) => [result.id, result.tags ?? {}]));
  return { work: { ...work, notes: [...work.notes, ...notes] }, type, tags };
}

/** Whether nothing but files was named. */
function isOfFiles({ files, sources }: Inputs): boolean {
  return files.length > 0 && sources.length === 0;
}

/** Steps of a run that it does not measure count only when they are named. */
function warmUps({ runs }: Inputs, args: CommandArgs): (profile: KnownProfile) => boolean {
  if (args.strings('step').length > 0) return () => false;
  const measured = new Map(
    runs.map(({ run, result }) => {
      const steps = result.steps.filter(({ kind }) => kind === 'measure').map(({ name }) => name);
      return [run.manifest.id, new Set(steps)] as const;
    }),
  );
  return (profile) => {
    const [run = '', step] = [labelOf(profile, 'run'), labelOf(profile, 'step')];
    return step !== undefined && measured.get(run)?.has(step) === false;
  };
}

function typeFrom(args: CommandArgs, chosen: Chosen): StoredType | undefined {
  const asked = args.string('type') ?? chosen.find(([key]) => key === 'type')?.[1];
  return storedTypes.find((type) => type === asked);
}

function isNamed(wanted: readonly string[], ...names: readonly (string | undefined)[]): boolean {
  return wanted.length === 0 || names.some((name) => name !== undefined && wanted.includes(name));
}

function hasLabel(profile: KnownProfile, key: string, value: string): boolean {
  if (profile.labels.some((label) => label.key === key && label.value === value)) return true;
  return (key === 'service' || key === 'type') && profile[key] === value;
}

function timeFrom(flag: 'from' | 'to', args: CommandArgs, nowNs: bigint): bigint | undefined {
  const text = args.string(flag);
  if (text === undefined) return undefined;
  const ago = parseDurationMs(text);
  if (ago !== undefined) return nowNs - BigInt(Math.round(ago)) * 1_000_000n;
  const atMs = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  if (!Number.isNaN(atMs)) return BigInt(atMs) * 1_000_000n;
  throw usageError(
    'flag-invalid',
    `--${flag} must be a time or a duration, got ${JSON.stringify(text)}`,
    `Examples: --${flag} 2026-01-31T14:25:00Z, --${flag} 2h (ago).`,
  );
}

/** A run knows all its names: another one is a slip. */
function checkNames(runs: readonly ProfiledRun[], args: CommandArgs): void {
  const targets = runs.flatMap(({ result }) => result.environment.targets);
  const services = targets.map(({ service }) => service);
  const known = {
    service: services,
    target: [...targets.map(({ id }) => id), ...services],
    step: runs.flatMap(({ run }) => stepNamesOf(run.manifest.scenario)),
  };
  for (const [flag, names] of Object.entries(known)) {
    const stranger = args.strings(flag).find((name) => !names.includes(name));
    if (stranger === undefined) continue;
    throw usageError('unknown-name', `--${flag} must be one of ${[...new Set(names)].join(', ')}, got "${stranger}"`);
  }
}

/** What there is instead of what was chosen. */
async function nothingChosen(inputs: Inputs, args: CommandArgs, type: StoredType | undefined, labels: Chosen) {
  const found: KnownProfile[] = (await Promise.all(inputs.sources.map((source) => source.find({})))).flat();
  await readFiles(inputs.files, inputs.signal, (known) => {
    found.push(known);
  });
  const list = (values: readonly string[]) => [...new Set(values)].sort().join(', ') || 'none';
  const ofType = found.filter((profile) => type === undefined || profile.type === type);
  const why = inputs.runs.flatMap(({ run, result }) => runNotes(run, result, type, args.strings('step')));
  const others =
    found.length === 0
      ? `there are none at all${inputs.place === undefined ? '' : ` in ${inputs.place}`}`
      : `there are profiles of the types ${list(found.map((profile) => profile.type))}`;
  const there =
    ofType.length === 0
      ? others
      : `there are services ${list(ofType.map(({ service }) => service))}; steps ${list(ofType.flatMap((profile) => labelOf(profile, 'step') ?? []))}`;
  const asked = [...(type === undefined ? [] : [`type ${type}`]), ...labels.map(([key, value]) => `${key}=${value}`)];
  return usageError(
    'nothing-to-merge',
    `no profile is chosen by the flags${asked.length > 0 ? ` and ${asked.join(', ')}` : ''}: ${[there, ...why].join('; ')}`,
    'rampart profiles list RUN shows what a run took; --type, --service, --step and --label choose.',
  );
}
