/** What a scenario sets for Go builds: what of it a service has, what the Go tool is told, and whether the binary shows it; pure. */
import type { BuildInfo } from '../../goruntime/build-info.ts';
import type { GoSettings, GoTopologySettings } from '../../model/topology-spec.ts';

/** The settings of one service, its own over those of all; undefined where nothing is set. */
export function goSettingsOf(go: GoTopologySettings | undefined, service: string): GoSettings | undefined {
  const { services, ...all } = go ?? {};
  const settings = { ...all, ...services?.[service] };
  return Object.values(settings).some((value) => value !== undefined) ? settings : undefined;
}

/** Flags for the end of a `go build` line. */
export function goFlagsOf({ flags = [], pgo }: GoSettings): string[] {
  return [...flags, ...(pgo === undefined ? [] : [`-pgo=${pgo}`])];
}

/** Variables for the Go tool. */
export function goEnvOf({ toolchain, experiment }: GoSettings): Record<string, string> {
  return {
    ...(toolchain === undefined ? {} : { GOTOOLCHAIN: toolchain }),
    ...(experiment === undefined ? {} : { GOEXPERIMENT: experiment }),
  };
}

/** Settings as people write them: `toolchain go1.27.0, -pgo=cpu.pb.gz`. */
export function goSettingsText({ toolchain, experiment, ...rest }: GoSettings): string {
  return [
    ...(toolchain === undefined ? [] : [`toolchain ${toolchain}`]),
    ...(experiment === undefined ? [] : [`experiment ${experiment}`]),
    ...goFlagsOf(rest),
  ].join(', ');
}

/** Why a binary is not what its settings ask for, one sentence each; a setting that changed nothing is among them. */
export function unshownSettings(settings: GoSettings, { goVersion, settings: shown }: BuildInfo): string[] {
  const { toolchain, experiment } = settings;
  const [, version = goVersion] = /^(\S+?)(?:[ -]X:|$)/.exec(goVersion) ?? [];
  const told = [];
  if (toolchain?.startsWith('go') && version !== toolchain)
    told.push(`toolchain: ${toolchain} was asked for, and ${version} built it`);
  if (experiment !== undefined) told.push(...unshownExperiments(experiment, goVersion, version));
  return [...told, ...unshownPgo(settings, shown), ...unshownFlags(settings, shown)];
}

/** A version names the experiments that are not as they usually are with it: `go1.26.0-X:nogreenteagc`. */
function unshownExperiments(asked: string, goVersion: string, version: string): string[] {
  const unusual = /[ -]X:(\S+)$/.exec(goVersion)?.[1]?.split(',') ?? [];
  // These two stand for several.
  const usual = asked.split(',').filter((name) => !unusual.includes(name) && !['none', 'regabi'].includes(name));
  return usual.length === 0
    ? []
    : [
        `experiment: ${usual.join(', ')} ${usual.length === 1 ? 'is' : 'are'} as usual in ${version}, so the binary is the same without`,
      ];
}

function unshownPgo({ pgo }: GoSettings, shown: BuildInfo['settings']): string[] {
  const used = shown['-pgo'];
  if (pgo === undefined) return [];
  if (pgo === 'off') return used === undefined ? [] : [`pgo: it was built with ${used}`];
  if (pgo === 'auto')
    return used === undefined ? ['pgo: auto found no default.pgo beside its main package, so nothing is other'] : [];
  // With -trimpath only its name is left.
  const name = pgo.slice(pgo.lastIndexOf('/') + 1);
  return used === pgo || used === name
    ? []
    : [`pgo: it was built ${used === undefined ? 'without a profile' : `with ${used}`}`];
}

function unshownFlags({ flags = [] }: GoSettings, shown: BuildInfo['settings']): string[] {
  const asked = new Map(flags.map((flag) => partsOf(flag)));
  return [...asked].flatMap(([name, value]) => {
    const isTold = recorded.has(name) && !(name === '-ldflags' && shown['-trimpath'] === 'true');
    const isOff = value === 'false' || value === '' || (name === '-cover' && value === 'false');
    if (!isTold || shown[name] === value || (isOff && shown[name] === undefined)) return [];
    const built = shown[name] === undefined ? `without ${name}` : `with ${name}=${shown[name]}`;
    return [`flags: ${name}=${value} was asked for, and it was built ${built}`];
  });
}

/** What cmd/go writes into a binary (load.(*Package).setBuildInfo). */
const recorded = new Set([
  '-asmflags',
  '-gcflags',
  '-ldflags',
  '-tags',
  '-race',
  '-msan',
  '-asan',
  '-trimpath',
  '-buildmode',
]);

function partsOf(flag: string): [string, string] {
  const [, name = '', value = 'true'] = /^--?([\w-]+)(?:=(.*))?$/s.exec(flag) ?? [];
  return [`-${name}`, value];
}
