/** What a comparison compares: the scenario once for each variant, checked, with settings that differ. */

import { usageError } from '../model/errors.ts';
import type { Caller } from '../model/host.ts';
import { isClosedLoop, type Scenario } from '../model/scenario.ts';
import { isExternal, type VariantSettings } from '../model/topology-spec.ts';
import { type ReadScenario, readScenario } from '../runs/read-scenario.ts';
import type { Arm, ScenarioSource } from './arm.ts';
import { freezeArm } from './freeze-arm.ts';
import { variantStates } from './variant-states.ts';
import { matrixOf, type VariedAxis } from './varied-matrix.ts';

/** The scenario as it stands, and its variants, the first of which the others are held against. */
export interface Variants {
  readonly base: Scenario;
  readonly variants: readonly Arm[];
  /** Removes the files of states that variants were taken from. */
  close(): Promise<void>;
}

/** Where variants come from; `costOf` says in words what so many would take. */
export interface VariantsRequest extends ScenarioSource {
  readonly axes: readonly VariedAxis[];
  /** Where results go, which are no part of the files as they are. */
  readonly out: string | undefined;
  readonly costOf: (base: Scenario, variants: number) => string;
}

/** Beyond this the rounds take hours and only huge differences can be shown. */
const mostVariants = 12;

/** Reads the variants of the axes, else those of the scenario; usage errors list all mistakes. */
export async function readVariants(
  { axes, out, costOf, ...source }: VariantsRequest,
  caller: Caller,
): Promise<Variants> {
  const { file } = source;
  const read = await readScenario(file, source.overrides, caller);
  const { scenario: base } = read;
  refuseExternal(base);
  refuseClosed(read);
  const named = Object.entries(base.variants ?? {});
  if (axes.length > 0 && named.length > 0) {
    const hint = 'Leave --vary out, or take variants: out of the scenario.';
    throw usageError('two-kinds-of-variants', `${file.file} has variants: of its own, and --vary was given`, hint);
  }
  const count = axes.length > 0 ? axes.reduce((product, { values }) => product * values.length, 1) : named.length;
  if (count < 2)
    throw tooFew(
      file.file,
      named.map(([name]) => name),
    );
  if (count > mostVariants) throw tooMany(count, costOf(base, count));
  const cells =
    axes.length > 0
      ? matrixOf(axes)
      : named.map(([name, settings]) => ({ name, variant: name, settings: flat(settings), overrides: [] }));
  const states = await variantStates(read, out, caller);
  try {
    const variants: Arm[] = [];
    for (const { settings, ...spec } of cells) {
      const { name } = spec;
      const files = states?.of(name);
      const frozen = await freezeArm(source, spec, files, caller);
      const { name: git = '', commit } = files?.state ?? {};
      variants.push({
        name,
        settings: commit ? { ...settings, git: `${git} (${commit.slice(0, 7)})` } : settings,
        ...frozen,
      });
    }
    refuseShown(variants, caller);
    refuseSame(variants);
    return { base, variants, close: async () => await states?.repository.close() };
  } catch (error) {
    await states?.repository.close();
    throw error;
  }
}

/** Nothing can be varied where nothing is started. */
export function refuseExternal({ topology }: Scenario): void {
  if (!isExternal(topology)) return;
  const message = 'topology.engine: external starts nothing, so nothing about it can be varied';
  throw usageError('external-variants', message, 'Compare services that rampart starts: engine compose or process.');
}

/** In a closed loop a slower variant is asked less, so its latencies are those of another load. */
export function refuseClosed({ scenario, refuse }: ReadScenario): void {
  if (!isClosedLoop(scenario.load)) return;
  const message = 'must be open: a closed loop asks a slower variant less, so latencies cannot be compared';
  throw refuse([{ path: ['load', 'mode'], message }]);
}

/** Names stand on folders and in every table. */
function refuseShown(variants: readonly Arm[], { secrets }: Caller): void {
  const shown = variants.filter(({ name }) => secrets.text(name) !== name);
  if (shown.length === 0) return;
  const message = `a variant would be called by its secret: ${shown.map(({ name }) => secrets.text(name)).join(', ')}`;
  throw usageError('flag-invalid', message, 'Name the variants in the scenario, under variants:, instead of --vary.');
}

function tooFew(file: string, names: readonly string[]) {
  const got = names.length === 0 ? 'none' : `only ${names[0]}`;
  return usageError(
    'too-few-variants',
    `${file}: a comparison needs at least two variants, got ${got}`,
    'Give --vary SERVICE.NAME=VALUE,VALUE (example: --vary loadbalancer.GOMAXPROCS=1,2), or variants: in the scenario.',
  );
}

function tooMany(count: number, cost: string) {
  const message = `${count} variants are too many: ${cost}; at most ${mostVariants} can be compared at once`;
  return usageError('too-many-variants', message, 'Vary fewer settings, or compare them one after another.');
}

function refuseSame(variants: readonly Arm[]): void {
  const same = variants.flatMap(({ name, digest }, index) =>
    variants
      .slice(index + 1)
      .filter((other) => other.digest === digest)
      .map((other) => `${name} and ${other.name} set the same: there is nothing to compare`),
  );
  if (same.length > 0)
    throw usageError('same-variants', same.join('\n'), 'Give them different settings, or remove one.');
}

/** `env.loadbalancer.GOGC: off` for each value that a variant sets. */
function flat(settings: VariantSettings): Record<string, string> {
  const flatten = (path: string, value: unknown): [string, string][] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => flatten(path === '' ? key : `${path}.${key}`, inner))
      : [[path, String(value)]];
  return Object.fromEntries(flatten('', settings));
}
