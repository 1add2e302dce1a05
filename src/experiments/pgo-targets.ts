/** The main packages that a scenario's services are built from, each once, and what forbids to give one a profile. */
import { join } from 'node:path';
import { startClock } from '../host/clock.ts';
import { readBytesIfAny } from '../host/files.ts';
import { usageError } from '../model/errors.ts';
import { groupBy } from '../model/group-by.ts';
import type { Caller } from '../model/host.ts';
import type { ComposeTopology } from '../model/topology-spec.ts';
import { type GoSource, goSourcesOf } from '../topology/go-sources.ts';

/** The file that `go build` takes by itself (-pgo=auto). */
export const defaultPgo = 'default.pgo';

/** One main package with the services that run it; `source` is the first of them. */
export interface PgoTarget {
  readonly importPath: string;
  readonly directory: string;
  readonly services: readonly string[];
  readonly source: GoSource;
}

/** What of a scenario is to be given profiles. */
export interface PgoSelection {
  /** All that are built here where it is empty. */
  readonly services: readonly string[];
  /** Whether nothing will be written over. */
  readonly keepsFiles: boolean;
}

/** Usage error with everything that is in the way, before anything is built. */
export async function pgoTargets(
  topology: ComposeTopology,
  { services, keepsFiles }: PgoSelection,
  { env, signal, secrets, log }: Caller,
): Promise<PgoTarget[]> {
  const context = { runId: '', clock: startClock(), signal, secrets, log, env };
  const sources = await goSourcesOf(topology, context);
  const known = sources.map(({ service }) => service);
  const unknown = services.filter((name) => !known.includes(name));
  if (unknown.length > 0 || known.length === 0)
    throw usageError(
      'unknown-service',
      `${unknown.length > 0 ? unknown.join(', ') : topology.compose}: nothing of it is compiled on this machine (services that are: ${known.join(', ') || 'none'})`,
      'rampart compiles every service of the process engine, and with Docker those with the label rampart.go.package and a stage `prebuilt`.',
    );
  const wanted = sources.filter(({ service }) => services.length === 0 || services.includes(service));
  const targets = [...groupBy(wanted, ({ directory }) => directory)].flatMap(([directory, same]): PgoTarget[] => {
    const [source] = same;
    return source
      ? [{ importPath: source.importPath, directory, services: same.map(({ service }) => service), source }]
      : [];
  });
  const mistakes: string[] = [];
  for (const { directory, importPath, source } of targets) {
    if (!source.isOwn) mistakes.push(`${importPath} is not yours to change: it lies in ${directory}`);
    else if (keepsFiles && (await readBytesIfAny(join(directory, defaultPgo))) !== undefined)
      mistakes.push(`${join(directory, defaultPgo)} is there already: --force replaces it, --dry-run leaves it`);
  }
  if (mistakes.length > 0) throw usageError('pgo-refused', mistakes.join('\n'));
  return targets;
}
