/** The programs of services as local processes: which they are, what they are built from, and what is told of them. */
import { readGoBuild } from '../../host/program-build.ts';
import { usageError } from '../../model/errors.ts';
import type { ComposeTopology } from '../../model/topology-spec.ts';
import type { ComposeFile } from '../compose-file/compose-file.ts';
import type { ComposeService } from '../compose-file/service.ts';
import { buildGo, type GoBuild, type GoBuildOptions, isMainPackage } from '../go-build/go-build.ts';
import { goSettingsOf } from '../go-build/go-settings.ts';
import type { ServiceImage } from '../image/service-image.ts';
import { findProgram, goVersionMark, type LocalProgram, type ProgramInputs } from './local-program.ts';

type Programs = ReadonlyMap<string, LocalProgram>;

/** The program of each service; usageError with everything that only a container could do. */
export function findPrograms(
  file: ComposeFile,
  services: readonly ComposeService[],
  inputsOf: (service: ComposeService) => ProgramInputs,
): Programs {
  const programs = new Map<string, LocalProgram>();
  const reasons: (readonly [string, readonly string[]])[] = [];
  for (const service of services) {
    const found = findProgram(inputsOf(service));
    if ('program' in found) programs.set(service.name, found.program);
    else reasons.push([service.name, found.reasons]);
  }
  if (reasons.length > 0) throw notLocal(file, reasons);
  return programs;
}

/** The error that says why services cannot run as local processes. */
export function notLocal(
  { path }: ComposeFile,
  reasons: readonly (readonly [service: string, why: readonly string[]])[],
) {
  const lines = reasons.flatMap(([service, why]) => why.map((each) => `  service ${service}: ${each}`));
  return usageError(
    'not-local',
    [`${path} cannot run as local processes:`, ...lines].join('\n'),
    'say what to build with the label rampart.go.package (./cmd/server) and what to start it with with rampart.go.args ("-port 8080", or "" for nothing), or run it with --engine compose',
  );
}

/** Builds what is not in the cache yet; the binaries by service. */
export async function buildBinaries(
  programs: Programs,
  images: ReadonlyMap<string, ServiceImage>,
  { go }: ComposeTopology,
  options: GoBuildOptions,
): Promise<Map<string, string>> {
  const built = new Map<string, string>();
  for (const [service, { build }] of programs) {
    const context = images.get(service)?.context ?? '.';
    const found = build ?? (await mainPackage(service, context, options));
    built.set(service, await buildGo({ service, ...found, settings: goSettingsOf(go, service) }, options));
  }
  return built;
}

/** The versions of Go that built some binaries. */
export async function versionsOf(binaries: ReadonlyMap<string, string>): Promise<string> {
  const versions = [...binaries.values()].map(async (binary) => (await readGoBuild(binary))?.goVersion ?? 'go');
  return [...new Set(await Promise.all(versions))].join(', ');
}

/** The build of a service that says nothing of it: the main package in its folder; usageError where there is none. */
export async function mainPackage(
  service: string,
  context: string,
  options: GoBuildOptions,
): Promise<Omit<GoBuild, 'service'>> {
  if (await isMainPackage(context, options)) return { context, packages: ['.'], flags: [], env: {} };
  throw usageError(
    'no-go-package',
    `service ${service} does not say what to build, and ${context} holds no main package`,
    'add the label rampart.go.package to the service (example: rampart.go.package: ./cmd/server), or run with --engine compose',
  );
}

/** What was told of each program; another Go than the Dockerfile's is only told where it is another. */
export async function programWarnings(programs: Programs, binaries: ReadonlyMap<string, string>): Promise<string[]> {
  const told = [...programs].map(async ([service, { warnings }]) => {
    const info = await readGoBuild(binaries.get(service) ?? '').catch(() => undefined);
    return [...new Set(warnings)].flatMap((warning) => {
      const wanted = warning.startsWith(goVersionMark) ? warning.slice(goVersionMark.length) : undefined;
      if (wanted === undefined) return [`${service}: ${warning}`];
      const isSame = info === undefined || new RegExp(`^go${wanted.replace('.', '\\.')}(?!\\d)`).test(info.goVersion);
      return isSame ? [] : [`${service}: ${warning}, and was built with ${info.goVersion} here`];
    });
  });
  return (await Promise.all(told)).flat();
}
