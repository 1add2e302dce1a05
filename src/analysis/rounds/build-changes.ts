/** How the programs of two arms were built otherwise: by which Go, and with which settings. */
import type { ArmRun, Builds } from '../../model/comparison.ts';

/** What differs between any two builds: where they lie, and the state of the source, which the arm itself names. */
const untelling = /^(?:vcs(?:\.|$)|DefaultGODEBUG$)/;

/** One sentence for each difference of a service, such as `go1.26.0 -> go1.27.0` or `without -pgo -> -pgo=/p/cpu.pb.gz`. */
export function buildChanges(before: Builds[string], after: Builds[string]): string[] {
  const names = [...new Set([...Object.keys(before.settings), ...Object.keys(after.settings)])].filter(
    (name) => !untelling.test(name) && before.settings[name] !== after.settings[name],
  );
  const text = (name: string, value: string | undefined) =>
    value === undefined ? `without ${name}` : `${name}=${value}`;
  return [
    ...(before.version === after.version ? [] : [`${before.version} -> ${after.version}`]),
    ...names.sort().map((name) => `${text(name, before.settings[name])} -> ${text(name, after.settings[name])}`),
  ];
}

/** The builds of a variant, as its runs have them. */
export function buildsOf(runs: readonly Pick<ArmRun, 'variant' | 'builds'>[], variant: string): Builds {
  return runs.find((run) => run.variant === variant && run.builds !== undefined)?.builds ?? {};
}

/** Each service of the other variants that was not built as that of the first. */
export function builtOtherwise(
  runs: readonly Pick<ArmRun, 'variant' | 'builds'>[],
  [first = '', ...others]: readonly string[],
): { readonly variant: string; readonly service: string; readonly changes: string[] }[] {
  const usual = buildsOf(runs, first);
  return others.flatMap((variant) =>
    Object.entries(buildsOf(runs, variant)).flatMap(([service, build]) => {
      const before = usual[service];
      const changes = before ? buildChanges(before, build) : [];
      return changes.length === 0 ? [] : [{ variant, service, changes }];
    }),
  );
}
