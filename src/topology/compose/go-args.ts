/** Go settings for services whose images compile their own Go code: handed in as build arguments where a Dockerfile takes them, else refused. */
import { usageError } from '../../model/errors.ts';
import type { ComposeTopology, GoSettings } from '../../model/topology-spec.ts';
import { escapeAll } from '../compose-file/interpolate.ts';
import { goFlagsOf, goSettingsOf, goSettingsText } from '../go-build/go-settings.ts';
import { declaredArgs, dockerfileText, withoutContinuations } from './dockerfile-text.ts';
import type { ResolvedBuild, ResolvedProject } from './project.ts';

/** The project with the arguments, what is built with them inside Docker, and which services they do not concern. */
interface WithGoArgs {
  readonly project: ResolvedProject;
  readonly inside: ReadonlyMap<string, GoSettings>;
  readonly warnings: readonly string[];
}

type Spec = Pick<ComposeTopology, 'go' | 'images'>;

/** Usage error, before anything is started, with every setting that cannot reach the compiler of an image. `builds` are made on this machine. */
export async function withGoArgs(
  project: ResolvedProject,
  { go, images = {} }: Spec,
  builds: ReadonlyMap<string, ResolvedBuild>,
): Promise<WithGoArgs> {
  const told = { inside: new Map<string, GoSettings>(), warnings: [] as string[] };
  const mistakes: string[] = [];
  const services = { ...project.services };
  for (const [name, service] of Object.entries(services)) {
    const settings = goSettingsOf(go, name);
    if (!settings || builds.has(name)) continue;
    const dockerfile = await compiledBy(name, images[name] === undefined ? service.build : undefined);
    if ('why' in dockerfile) {
      if (go?.services?.[name] !== undefined) mistakes.push(`go.services.${name}: ${dockerfile.why}`);
      else told.warnings.push(`${goSettingsText(settings)}: ${dockerfile.why}, so it stays as it is`);
      continue;
    }
    const { build, text } = dockerfile;
    const found = argsFor(settings, text, build.args ?? {});
    mistakes.push(...found.mistakes.map((mistake) => `go.${mistake} (service ${name})`));
    told.inside.set(name, settings);
    services[name] = { ...service, build: { ...build, args: { ...build.args, ...escapeAll(found.args) } } };
  }
  if (setsSomething(go) && builds.size === 0 && told.inside.size === 0)
    mistakes.push(...told.warnings, 'go: no service is compiled from Go');
  if (mistakes.length === 0) return { project: { ...project, services }, ...told };
  throw usageError(
    'go-settings',
    mistakes.join('\n'),
    'rampart compiles on this machine what has the label rampart.go.package and a Dockerfile stage `prebuilt` (docs/topology.md); there every setting holds',
  );
}

/** The build that compiles a service from Go, as far as its Dockerfile can be read, or why there is none. */
async function compiledBy(
  name: string,
  build: ResolvedBuild | undefined,
): Promise<{ readonly build: ResolvedBuild; readonly text: string } | { readonly why: string }> {
  const why = `nothing of ${name} is compiled from Go`;
  if (!build) return { why: `${why}: its image is taken as it is` };
  const text = await dockerfileText(build);
  if (text !== undefined && !compilesGo.test(text)) return { why: `${why}: its Dockerfile has no go build` };
  return { build, text: withoutContinuations(text ?? '') };
}

function setsSomething(go: Spec['go']): boolean {
  return Object.values(go ?? {}).some((value) => value !== undefined);
}

const compilesGo = /\bgo\s+(?:-C\s+\S+\s+)?(?:build|install|run)\b/;

type Args = Readonly<Record<string, string | null>>;

/** Build arguments that carry settings, and what none carries. */
interface Carried {
  readonly args: Readonly<Record<string, string>>;
  readonly mistakes: readonly string[];
}

function argsFor(settings: GoSettings, dockerfile: string, present: Args): Carried {
  const declared = declaredArgs(dockerfile);
  const isFile = settings.pgo !== undefined && settings.pgo !== 'off' && settings.pgo !== 'auto';
  const parts = [
    toolchainArgs(settings, dockerfile, present),
    experimentArgs(settings, declared),
    flagArgs(isFile ? { ...settings, pgo: undefined } : settings, declared, present),
    isFile
      ? refusedArg(
          'pgo: a profile is no part of the build context of its image; as default.pgo beside its main package it would be',
        )
      : nothing,
  ];
  return {
    args: Object.assign({}, ...parts.map(({ args }) => args)),
    mistakes: parts.flatMap(({ mistakes }) => mistakes),
  };
}

const nothing: Carried = { args: {}, mistakes: [] };

function refusedArg(mistake: string): Carried {
  return { args: {}, mistakes: [mistake] };
}

/** Images of Go set GOTOOLCHAIN=local, which no argument of that name changes: only another image has another toolchain. */
function toolchainArgs({ toolchain }: GoSettings, dockerfile: string, present: Args): Carried {
  if (toolchain === undefined) return nothing;
  const version = imageVersionArg(dockerfile, present);
  if (!version)
    return refusedArg(
      `toolchain: its image compiles with the Go of its base image; with ARG GO_VERSION=1.26 and FROM golang:\${GO_VERSION} it could be another`,
    );
  if (!/^go1\.\d+(?:\.\d+|rc\d+|beta\d+)?$/.test(toolchain))
    return refusedArg(
      `toolchain: its image compiles with the Go of its base image, and ${toolchain} is no tag of that`,
    );
  return { args: { [version.name]: `${toolchain.slice('go'.length)}${version.rest}` }, mistakes: [] };
}

function experimentArgs({ experiment }: GoSettings, declared: readonly string[]): Carried {
  if (experiment === undefined) return nothing;
  if (declared.includes('GOEXPERIMENT')) return { args: { GOEXPERIMENT: experiment }, mistakes: [] };
  return refusedArg('experiment: its Dockerfile takes no ARG GOEXPERIMENT before its go build');
}

function flagArgs(settings: GoSettings, declared: readonly string[], present: Args): Carried {
  const flags = goFlagsOf(settings);
  if (flags.length === 0) return nothing;
  if (!declared.includes('GOFLAGS'))
    return refusedArg(`flags: ${flags.join(' ')} cannot reach its go build: its Dockerfile takes no ARG GOFLAGS`);
  const all = [present['GOFLAGS'] ?? '', ...flags.map(quoted)].filter((each) => each !== '');
  return { args: { GOFLAGS: all.join(' ') }, mistakes: [] };
}

/** GOFLAGS are split at blanks, but for those in quotes (cmd/internal/quoted). */
function quoted(flag: string): string {
  if (!/\s/.test(flag)) return flag;
  return flag.includes("'") ? `"${flag}"` : `'${flag}'`;
}

/** The argument that is the version in `FROM golang:${GO_VERSION}-alpine`, with what follows the version in its value. */
function imageVersionArg(dockerfile: string, present: Args): { name: string; rest: string } | undefined {
  const name = /^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(?:\S*\/)?golang:\$\{?(\w+)/im.exec(dockerfile)?.[1];
  if (name === undefined) return undefined;
  const usual = new RegExp(`^[ \\t]*ARG[ \\t]+${name}=["']?([^"'\\s]*)`, 'im').exec(dockerfile)?.[1];
  const value = present[name] ?? usual ?? '';
  return { name, rest: /^\d[\d.]*(?:rc\d+|beta\d+)?(-.*)?$/.exec(value)?.[1] ?? '' };
}
