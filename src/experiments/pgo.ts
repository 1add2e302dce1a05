/** Profile-guided optimisation of a scenario's services: captured, built with, held against builds without, and kept where it is better. */
import { join } from 'node:path';
import { pgoArms, pgoVerdict } from '../analysis/compare/pgo-verdict.ts';
import { whileOwned } from '../archive/owner-file.ts';
import { looksOf } from '../goruntime/profile/belonging.ts';
import { writeText } from '../host/files.ts';
import type { Comparison } from '../model/comparison.ts';
import type { Caller } from '../model/host.ts';
import { type Pgo, type PgoPackage, pgoSchemaVersion } from '../model/pgo.ts';
import type { Scenario } from '../model/scenario.ts';
import { readScenario } from '../runs/read-scenario.ts';
import type { Override } from '../scenario/load-scenario.ts';
import { buildGo } from '../topology/go-build/go-build.ts';
import { profileInBinary } from '../topology/go-build/own-profile.ts';
import type { Arm, ScenarioSource } from './arm.ts';
import { finishComparison } from './finish.ts';
import { freezeArm } from './freeze-arm.ts';
import { openComparison } from './open.ts';
import { type Captured, captureProfiles, enoughSamples } from './pgo-capture.ts';
import { type KeptProfile, keepCaptured, profilesFolder, readCaptured } from './pgo-captured.ts';
import { type Guided, keepProfile } from './pgo-keep.ts';
import type { PgoTarget } from './pgo-targets.ts';
import type { ComparisonPlan } from './plan.ts';
import { compareRounds, withRoundsKeeper } from './rounds.ts';

/** The result, in the directory of the experiment. */
export const pgoFile = 'pgo.json';

/** The comparison, within that directory. */
const comparisonFolder = 'compare';

/** Of fewer looks nothing is built. */
const fewestSamples = 100;

/** What is to be done, checked. */
export interface PgoWork extends ScenarioSource {
  readonly id: string;
  readonly base: Scenario;
  readonly targets: readonly PgoTarget[];
  /** Whose profiles count; every measured one where it is empty. */
  readonly steps: readonly string[];
  readonly plan: ComparisonPlan;
  readonly directory: string;
  readonly isDryRun: boolean;
  /** Whether a default.pgo that is there may be replaced. */
  readonly isForced: boolean;
}

/** Does it all and writes `pgo.json`; rejects when the capture is no good, or when a file cannot be written. */
export async function guideByProfile(work: PgoWork, caller: Caller): Promise<Pgo> {
  return await whileOwned(work.directory, async () => await guided(work, caller));
}

async function guided(work: PgoWork, caller: Caller): Promise<Pgo> {
  const { id, base, directory } = work;
  const profiled = await withProfiles(work, caller);
  const usable = profiled.filter(({ file }) => file !== undefined);
  const comparison = usable.length === 0 ? undefined : await compared(work, usable, caller);
  const verdict = comparison
    ? pgoVerdict(comparison)
    : {
        outcome: 'cannot tell' as const,
        message: 'there is too little of every profile to build with',
        metrics: [],
        rounds: 0,
      };
  const packages: PgoPackage[] = [];
  for (const each of profiled)
    packages.push(verdict.outcome === 'better' && !work.isDryRun ? await keepProfile(each, work, caller) : each.told);
  const pgo: Pgo = {
    schemaVersion: pgoSchemaVersion,
    kind: 'pgo',
    id,
    tool: { name: 'rampart', version: caller.version },
    scenario: base.name,
    ...(base.tags ? { tags: base.tags } : {}),
    engine: base.topology.engine,
    ...verdict,
    packages,
    ...(comparison ? { comparison: comparisonFolder } : {}),
  };
  await writeText(join(directory, pgoFile), `${JSON.stringify(pgo, undefined, 2)}\n`);
  return pgo;
}

/** Profiles that an interrupted experiment has left are taken as they are. */
async function withProfiles(work: PgoWork, caller: Caller): Promise<Guided[]> {
  const { targets, directory } = work;
  const before = await readCaptured(directory, targets);
  if (before) caller.log.info(`the profiles in ${join(directory, profilesFolder)} are taken as they are`);
  const kept = before ?? (await keepCaptured(directory, targets, await capture(work, caller)));
  const guided: Guided[] = [];
  for (const [index, target] of targets.entries()) {
    const own = kept[index];
    if (own) guided.push(await guidedBy(target, own, caller));
  }
  return guided;
}

async function capture({ file, overrides, targets, directory, steps }: PgoWork, caller: Caller): Promise<Captured> {
  const read = await readScenario(file, [...overrides, ...captureOverrides(targets)], caller);
  const groups = new Map(targets.map(({ directory: of, services }) => [of, services]));
  return await captureProfiles({ read, directory, steps, groups }, caller);
}

/** Nothing but CPU profiles is looked at, of programs that are built without one. */
function captureOverrides(targets: readonly PgoTarget[]): Override[] {
  const only = { heap: false, mutex: false, block: false, goroutineleak: false, dump: false };
  return [
    { flag: 'rampart pgo', path: ['observe'], value: { profiles: { cpu: '3600s', ...only } } },
    ...pgoOf(targets, () => 'off'),
  ];
}

function pgoOf(targets: readonly PgoTarget[], fileOf: (target: PgoTarget) => string): Override[] {
  return targets.flatMap((target) =>
    target.services.map((service) => ({
      flag: 'rampart pgo',
      path: ['topology', 'go', 'services', service, 'pgo'],
      value: fileOf(target),
    })),
  );
}

/** Builds with the profile once before anything is measured: a profile that does not fit is an error now. */
async function guidedBy(target: PgoTarget, { profile, file, why }: KeptProfile, { tell }: Caller): Promise<Guided> {
  const { importPath, directory, services, source } = target;
  const samples = profile ? looksOf(profile) : 0;
  const told = { importPath, directory, services: [...services], samples, isEnough: samples >= enoughSamples };
  if (samples < fewestSamples) {
    const note = `${samples} samples are too few to build with${why === '' ? '' : `: ${why}`}`;
    tell(`${importPath}: ${note}\n`);
    return { target, told: { ...told, note }, file: undefined };
  }
  tell(`${importPath}: building with ${samples} samples, up to some minutes the first time\n`);
  const { build, options } = source;
  const binary = await buildGo({ ...build, settings: { ...build.settings, pgo: file } }, options);
  const known = await profileInBinary(file, binary);
  const note = told.isEnough
    ? undefined
    : `${samples} samples are few: with ${enoughSamples} or more the hot functions are told better (longer steps, or a higher rate)`;
  return {
    target,
    told: {
      ...told,
      ...(known ? { knownShare: known.share } : {}),
      profile: join(profilesFolder, file.slice(file.lastIndexOf('/') + 1)),
      ...(note === undefined ? {} : { note }),
    },
    file,
  };
}

async function compared(work: PgoWork, guided: readonly Guided[], caller: Caller): Promise<Comparison> {
  const { base, plan } = work;
  const directory = join(work.directory, comparisonFolder);
  const targets = guided.map(({ target }) => target);
  const fileOf = new Map(guided.map(({ target, file }) => [target, file ?? 'off']));
  // Without it nobody could tell the CPU time of a request.
  const seen: Override[] =
    'containers' in base.observe ? [] : [{ flag: 'rampart pgo', path: ['observe', 'containers'], value: '1s' }];
  const armOf = async (name: string, overrides: readonly Override[]): Promise<Arm> => {
    const spec = { name, overrides: [...seen, ...overrides] };
    const settings = Object.fromEntries(overrides.map(({ path, value }) => [path.slice(1).join('.'), String(value)]));
    return { name, settings, ...(await freezeArm(work, spec, undefined, caller)) };
  };
  const arms = [
    await armOf(
      pgoArms.without,
      pgoOf(targets, () => 'off'),
    ),
    await armOf(
      pgoArms.with,
      pgoOf(targets, (target) => fileOf.get(target) ?? 'off'),
    ),
  ];
  const comparison = await openComparison({ id: work.id, directory, base, arms, plan, called: 'comparison' }, caller);
  const whole = await withRoundsKeeper(directory, caller, (keeper) =>
    compareRounds({ comparison, arms, plan }, keeper, caller),
  );
  return await finishComparison(directory, whole);
}
